"""The list of visits: who, when, how, what became of it; a row leads to the visit and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lib.care.today import last_talks
from lib.care.visits import Wanted, listed
from lib.settings import bank_day
from lib.ui import frames, picks
from lib.ui.care.happened import happened
from lib.ui.care.look import Look
from lib.ui.frames import Column
from lib.words import NOTHING, _, name


def draw(look: Look, session: Session, wanted: Wanted, nothing: str = "") -> None:
    """One page of the list, the earliest day first."""
    found = frames.page_of(session, listed(wanted), key="visits-page", filters=wanted)
    if not found.rows:
        frames.empty(nothing or _nothing(wanted))
        return
    rows = lines(look, session, found.rows)
    chosen = frames.table(rows, columns(look), key="visits-list", select=True)
    if picks.picked("visits-list", chosen) and chosen is not None:
        picks.show(f"{rows[chosen]['number']}.{rows[chosen]['item_id']}", "item")


def lines(look: Look, session: Session, found: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows with the last conversation, the manner of the tier and what became of each."""
    talks = {row.customer_id: bank_day(row.happened_at)
             for row in session.execute(last_talks(sorted({row.customer_id for row in found})))}  # fmt: skip
    manner = look.page.book.value("visit.manner", look.page.today)
    return [
        {**row._mapping, "talked": talks.get(row.customer_id), "manner": name("visit_manner", manner.get(row.tier)),
         "standing": standing(row, look.page.today), "owner": row.owner or NOTHING, "title": row.title or "",
         "original": row.original_due_on if row.original_due_on != row.due_on else None}
        for row in found
    ]  # fmt: skip


def standing(row: Any, today: date) -> tuple[str, str | None]:
    """How a visit stands, red only where it is overdue."""
    if row.state == "open" and row.due_on < today:
        late = _("逾期 {n} 天").format(n=(today - row.due_on).days)
        return (f"{late} · {happened(row)}" if row.attempts else late), "risk"
    if row.state == "open":
        return happened(row), "watch" if row.attempts else "context"
    return happened(row), "good" if row.state == "done" else "watch"


def columns(look: Look) -> list[Column]:
    """The day and how it stands first, so that a phone shows them."""
    found = [
        Column("name", _("客户"), pinned=True, width=120), Column("due_on", _("应于"), "day", width=100),
        Column("standing", _("经过"), "badge", width=170),
        Column("kind", _("类别"), "code", family="due_kind", width=120),
        Column("tier", _("层级"), "code", family="tier", width=70), Column("manner", _("方式"), width=80),
        Column("title", _("事由"), width=150), Column("original", _("原定"), "day", width=100),
        Column("talked", _("上次联系"), "day", width=100), Column("owner", _("责任人"), width=80),
        Column("number", _("客户号"), width=100),
    ]  # fmt: skip
    return [one for one in found if one.name != "owner" or not look.one_person]


def _nothing(wanted: Wanted) -> str:
    if wanted.kind or wanted.state not in ("", "open"):
        return _("没有符合条件的回访，可放宽筛选条件。")
    return _("没有回访。回访由每日刷新按层级间隔列入，也可以在上方安排。")
