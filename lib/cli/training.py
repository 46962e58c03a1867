"""Commands about staff training: training (what is due, for whom, by when)."""

from __future__ import annotations

from argparse import Namespace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from lib.cli.bank import ready
from lib.cli.operator import operator
from lib.cli.output import Failed, answer, wants_json
from lib.settings import today
from lib.staff.duties import listed
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.session import open_session
from lib.words import _, day, integer


def add_to(commands: Any) -> None:
    """Add this group's commands."""
    command = commands.add_parser("training", help=_("到期的员工培训"))
    command.add_argument("--branch", metavar="CODE", help=_("只看一个支行"))
    wants_json(command)
    command.set_defaults(run=_due)


def _due(given: Namespace) -> None:
    """What is overdue or due within rule training.ahead_days, the earliest first."""
    ready()
    on = today()
    until = on + timedelta(days=rulebook().value("training.ahead_days", on))
    with open_session(operator(), "cli") as session:
        branches = {code: i for i, code in session.execute(select(m.Branch.id, m.Branch.code))}
        if given.branch and given.branch not in branches:
            raise Failed(_("没有代码为 {code} 的支行。").format(code=given.branch))
        codes = {i: code for code, i in branches.items()}
        rows = session.execute(listed(on, until, branch_id=branches.get(given.branch or ""))).all()
    found = [_line(row, codes.get(row.branch_id), late=row.due_on < on) for row in rows]
    late = sum(1 for one in found if one["overdue"])
    head = _("到期未完成的培训 {n} 项，其中逾期 {late} 项。").format(n=integer(len(found)), late=integer(late))
    told = _("{day} {name}（{login}）{course}")
    lines = [
        told.format(day=day(row.due_on), name=row.staff, login=row.login, course=row.course) for row in rows
    ]  # fmt: skip
    answer(found, [head, *lines], as_json=given.json)


def _line(row: Any, branch: str | None, *, late: bool) -> dict[str, Any]:
    return {"staff": row.login, "name": row.staff, "branch": branch, "course": row.course,
            "refresher": bool(row.again), "due_on": row.due_on, "overdue": late}  # fmt: skip
