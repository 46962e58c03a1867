"""Accounts kept from the command line: add, disable, password, sessions; each change is in the trail."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import func, select

from lib.settings import today
from lib.store import audit, credentials, sessions
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.store.rights import ROLES
from lib.words import _

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,59}")
_NEEDS_BRANCH = ("manager", "head")


class AccountProblem(ValueError):
    """An account that cannot be made or changed so; the message is a sentence for a person."""


def add_user(login: str, name: str, role: str, branch_code: str | None, password: str) -> int:
    """Make an account with a role and a local password; returns the staff id. Nothing is left of a refused one."""
    _check(login, name, role, branch_code)
    credentials.check_strength(password)
    with bulk("user add") as session:
        if session.scalar(select(m.Staff.id).where(m.Staff.login == login)) is not None:
            raise AccountProblem(_("账号 {login} 已存在。").format(login=login))
        staff = m.Staff(
            id=new_id(), login=login, name=name.strip(), role=role, branch_id=_branch(session, branch_code),
            joined_on=today(), active=True,
        )  # fmt: skip
        session.add(staff)
        _record(session, staff, "insert", None, {"login": login, "name": name, "role": role, "branch": branch_code})
    credentials.set_password(login, password)
    return staff.id


def disable_user(login: str) -> None:
    """Close an account and end its sessions; its history stays."""
    with bulk("user disable") as session:
        staff = _staff(session, login)
        staff.active, staff.left_on = False, today()
        _record(session, staff, "update", {"active": True}, {"active": False})
    sessions.end_all(staff.id)


def set_password(login: str, password: str) -> None:
    """Give a new password; ends the account's sessions."""
    with bulk("user password") as session:
        staff = _staff(session, login)
    credentials.set_password(login, password)
    with bulk("user password") as session:
        _record(session, staff, "update", None, {"password": "changed"})


def end_sessions(login: str) -> int:
    """End every running session of an account; returns how many there were."""
    with bulk("user sessions") as session:
        staff = _staff(session, login)
        running = len(sessions.running(staff.id))
        _record(session, staff, "update", None, {"sessions_ended": running})
    sessions.end_all(staff.id)
    return running


def list_users() -> list[dict[str, Any]]:
    """Active accounts by role and login, with their branch's code and whether they have a local password."""
    s = m.Staff
    query = (
        select(s.login, s.name, s.role, m.Branch.code, m.StaffCredential.staff_id)
        .outerjoin(m.Branch, m.Branch.id == s.branch_id)
        .outerjoin(m.StaffCredential, m.StaffCredential.staff_id == s.id)
        .where(s.active.is_(True))
        .order_by(s.role, s.login)
    )
    with bulk("user list", write=False) as session:
        return [
            {"login": login, "name": name, "role": role, "branch": code, "password": credential is not None}
            for login, name, role, code, credential in session.execute(query)
        ]


def _check(login: str, name: str, role: str, branch_code: str | None) -> None:
    if not _LOGIN.fullmatch(login):
        raise AccountProblem(_("账号须以小写字母开头，只含小写字母、数字、点、横线，2 至 60 个字符。"))
    if not name.strip():
        raise AccountProblem(_("请给出姓名。"))
    if role not in ROLES:
        raise AccountProblem(_("没有这个岗位：{role}").format(role=role))
    if role in _NEEDS_BRANCH and not branch_code:
        raise AccountProblem(_("客户经理和支行负责人须属于一个支行（--branch）。"))


def _branch(session: BulkSession, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalar(select(m.Branch.id).where(func.lower(m.Branch.code) == code.lower()))
    if found is None:
        raise AccountProblem(_("没有代码为 {code} 的支行。").format(code=code))
    return int(found)


def _staff(session: BulkSession, login: str) -> m.Staff:
    staff = session.scalars(select(m.Staff).where(m.Staff.login == login)).one_or_none()
    if staff is None:
        raise AccountProblem(_("没有账号 {login}。").format(login=login))
    return staff


def _record(
    session: BulkSession, staff: m.Staff, action: str, before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    audit.append(session, 0, None, "command line", "cli", action, "staff", str(staff.id), before, after)
