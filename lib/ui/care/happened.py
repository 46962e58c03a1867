"""Due items in lists: what became of each, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib import words
from lib.settings import bank_day
from lib.ui.frames import Column
from lib.words import _, codes, integer, name


def happened(row: Any) -> str:
    """What became of an item (`state, outcome, attempts, ended_at`): tried, done on a day, or why not."""
    if row.state == "open":
        return _("未联系上 {n} 次").format(n=integer(row.attempts)) if row.attempts else name("due_state", "open")
    if row.state == "done":
        return _("{day} 完成").format(day=words.day(row.ended_at and bank_day(row.ended_at)))
    if row.outcome in codes("due_outcome"):
        return name("due_outcome", row.outcome)
    return _("不再办理：{why}").format(why=row.outcome) if row.outcome else name("due_state", "dropped")


def lines(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of `lib.kpi.people` over due items with what became of each."""
    return [{**row._mapping, "happened": happened(row)} for row in rows]


def columns() -> list[Column]:
    """Who, what, when it was due at first, what became of it, whose it was."""
    return [
        Column("name", _("客户"), pinned=True), Column("number", _("客户号")),
        Column("what", _("类别"), "code", family="due_kind"), Column("original_due_on", _("原定"), "day"),
        Column("happened", _("经过")), Column("due_on", _("应于"), "day"),
        Column("tier", _("层级"), "code", family="tier"), Column("manager", _("责任人")),
    ]  # fmt: skip
