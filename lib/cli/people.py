"""Commands for people who may sign in: user add, list, disable, password, sessions."""

from __future__ import annotations

import getpass
import os
import sys
from argparse import Namespace
from typing import Any

from lib.cli.bank import ready
from lib.cli.output import Failed, answer, wants_json
from lib.staff.write import add_user, disable_user, end_sessions, list_users, set_password
from lib.store.rights import ROLES
from lib.words import _, name


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    topics = commands.add_parser("user", help=_("登录账号")).add_subparsers(required=True)
    command = topics.add_parser("add", help=_("建立账号；密码从终端或标准输入读取"))
    command.add_argument("login")
    command.add_argument("--name", required=True)
    command.add_argument("--role", choices=ROLES, required=True)
    command.add_argument("--branch", metavar="CODE")
    command.set_defaults(run=_add)
    for verb, run, words in (
        ("disable", _disable, _("停用账号并结束其会话")),
        ("password", _password, _("重设密码并结束其会话")),
        ("sessions-end", _end, _("结束一个人的全部会话")),
    ):
        command = topics.add_parser(verb, help=words)
        command.add_argument("login")
        command.set_defaults(run=run)
    command = topics.add_parser("list", help=_("列出账号"))
    wants_json(command)
    command.set_defaults(run=_list)


def _add(given: Namespace) -> None:
    ready()
    add_user(given.login, given.name, given.role, given.branch, _new_password())
    print(_("账号 {login} 已建立。").format(login=given.login))


def _disable(given: Namespace) -> None:
    ready()
    disable_user(given.login)
    print(_("账号 {login} 已停用。").format(login=given.login))


def _password(given: Namespace) -> None:
    ready()
    set_password(given.login, _new_password())
    print(_("密码已重设，原有会话已结束。"))


def _end(given: Namespace) -> None:
    ready()
    print(_("已结束 {n} 个会话。").format(n=end_sessions(given.login)))


def _list(given: Namespace) -> None:
    ready()
    people = list_users()
    lines = [f"{p['login']}\t{p['name']}\t{name('role', p['role'])}\t{p['branch'] or ''}" for p in people]
    answer(people, lines, as_json=given.json)


def _new_password() -> str:
    """Asked twice on a terminal; one line of standard input otherwise. Never an argument, which others can read."""
    if not os.isatty(0):
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(_("新密码："))
    if first != getpass.getpass(_("再输一次：")):
        raise Failed(_("两次输入不一致。"))
    return first
