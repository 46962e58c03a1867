"""The queue on screen: its cards, and rows with every clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.complaints import read
from lib.complaints.read import Asker, Filters
from lib.store.book import rulebook
from lib.store.models import Customer, Staff
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.cases.filters import Offered, waits
from lib.ui.page import Page
from lib.words import NOTHING, _, integer, name
from lib.work.moves import ENDED
from lib.work.running import Standing, standing_of


def asker(page: Page) -> Asker:
    """Who looks at the queue, now."""
    return Asker(page.scope, page.now, page.today, page.book.value("complaint.stuck_days", page.today))


@cached()
def counted(session: Session, kind: str, minute: datetime, today: date) -> dict[str, int]:
    """How many cases stand open; `minute` because clocks run without anybody writing."""
    assert isinstance(session, StoreSession)
    stuck_days = rulebook().value("complaint.stuck_days", today)
    row = session.execute(read.standing(kind, Asker(session.scope, minute, today, stuck_days))).one()
    return {key: int(value) for key, value in row._mapping.items()}


def cards(standing: dict[str, int], kind: str) -> None:
    """What stands open, each leading to its list; what waits or stands still in a line below, once there is any."""
    said: tuple[tuple[str, str, dict[str, str], str | None], ...] = (
        ("open", _("未办结"), {}, None),
        ("due_today", _("今日到期"), {"clock": "today"}, "watch"),
        ("late_promise", _("超过承诺"), {"clock": "promise"}, "risk"),
        ("late_term", _("超过法定期限"), {"clock": "term"}, "risk"),
        ("unassigned", _("待分派"), {"whose": "unassigned"}, None),
    )
    of_kind = {"kind": kind} if kind != read.KIND else {}
    shown = [
        frames.Card(title, integer(standing[key]), tone=tone if standing[key] else None,
                    href=frames.Link("complaints", {**params, **of_kind}))
        for key, title, params, tone in said
    ]  # fmt: skip
    frames.cards(shown, key="complaint-cards")
    rarer = {"late_outside": (_("超过转办期限"), {"clock": "outside"})}
    rarer |= {what: (title, {"waiting": what}) for what, title in waits().items()}
    with st.container(horizontal=True, gap="small", key="complaint-waits"):
        for key, (title, params) in rarer.items():
            if standing[key]:
                text = _("{what} {n} 件").format(what=title, n=integer(standing[key]))
                frames.link(frames.Link("complaints", {**params, **of_kind}, text))


def lines(session: Session, found: Sequence[Any], now: datetime, offered: Offered) -> list[dict[str, object]]:
    """The rows of one page of the queue, with the names they need."""
    handlers = {row.handler_id for row in found if row.handler_id}
    people = dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(handlers))).all())
    unnamed = {row.customer_id for row in found if not row.complainant}
    customer = (Customer.customer_id, Customer.name)
    who = dict(session.execute(select(*customer).where(Customer.customer_id.in_(unnamed))).all()) if unnamed else {}
    return [_line(row, now, people, who, offered.branches) for row in found]


def _line(
    row: Any, now: datetime, people: dict[int, str], who: dict[int, str], branches: dict[int, str]
) -> dict[str, object]:
    ended = row.state in ENDED
    return {
        "number": row.number,
        "promise": badge(standing_of(row.promise_due_at, row.promise_met_at, ended, now)),
        "term": badge(standing_of(row.legal_due_at, row.answered_at, ended, now)),
        "outside": badge(standing_of(row.outside_due_at, row.answered_at, ended, now)),
        "mark": mark(row),
        "kind": name("case_kind", row.kind),
        "state": name("case_state", row.state),
        "complainant": row.complainant or who.get(row.customer_id, NOTHING),
        "business": name("complaint_business", row.business),
        "reason": name("complaint_reason", row.reason),
        "handler": people.get(row.handler_id, NOTHING if ended else _("待分派")),
        "branch": branches.get(row.branch_id or row.about_branch_id, NOTHING),
        "received_at": row.received_at,
    }


def columns(rows: Sequence[dict[str, object]], kind: str) -> list[frames.Column]:
    """The columns of the queue: the clocks first, so that a phone shows them; what no row has is left out."""
    always = [
        frames.Column("number", _("编号"), pinned=True, width=125),
        frames.Column("promise", _("承诺答复"), "badge", width=130),
        frames.Column("term", _("法定期限"), "badge", width=130),
        frames.Column("kind", _("种类"), width=90),
        frames.Column("state", _("状态"), width=90),
        frames.Column("complainant", _("投诉人"), width=100),
        frames.Column("business", _("业务"), width=85),
        frames.Column("reason", _("原因"), width=115),
        frames.Column("handler", _("处理人"), width=70),
        frames.Column("mark", _("提示"), "badge", width=105),
        frames.Column("outside", _("转办期限"), "badge", width=130),
        frames.Column("branch", _("机构"), width=95),
        frames.Column("received_at", _("收到时间"), "moment", width=140),
    ]
    rare = {one for one in ("term", "outside", "mark") if not any(row[one] for row in rows)}
    rare |= set() if kind == "all" else {"kind"}
    return [column for column in always if column.name not in rare]


def badge(standing: Standing) -> tuple[str, str] | None:
    """A clock in the table: red only once it is overdue."""
    return None if standing.state == "none" else (standing.text, "risk" if standing.late else "context")


def mark(row: Any) -> tuple[str, str] | None:
    """The one thing to know about a row beside its clocks: a crisis before a wait before a presumed calendar."""
    if row.crisis_since is not None and row.crisis_ended_at is None:
        return _("危机"), "risk"
    if row.waiting_for:
        return name("waiting_for", row.waiting_for), "context"
    if row.clocks_provisional and row.state not in ENDED:
        return _("推定日历"), "watch"
    return None


def nothing(filters: Filters) -> str:
    """Why the list is empty."""
    if filters == Filters():
        return _("没有在办的投诉。新的投诉登记后会按剩余时间排在这里。")
    return _("没有符合条件的投诉，可放宽筛选条件。")
