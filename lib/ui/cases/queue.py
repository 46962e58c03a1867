"""The queue on screen: its cards, filters kept in the address, and rows with both clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.complaints import read
from lib.complaints.read import Filters
from lib.store.models import Branch, Customer, Staff
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.words import NOTHING, _, integer, name
from lib.work.moves import ENDED, STATES
from lib.work.running import Standing, standing_of

#: the filters' names in the address
PARAMS = ("state", "clock", "whose", "channel", "business", "branch")


@dataclass(frozen=True)
class Offered:
    """What there is to filter by."""

    branches: dict[int, str]
    channels: list[str]
    businesses: list[str]


@cached()
def counted(session: Session, minute: datetime, today: date) -> dict[str, int]:
    """How many complaints stand open; `minute` because clocks run without anybody writing."""
    row = session.execute(read.standing(minute, today)).one()
    return {key: int(value) for key, value in row._mapping.items()}


@cached(of="facts")
def offered(session: Session) -> Offered:
    """Branches, channels and businesses of the complaints in scope."""
    branches = dict(session.execute(select(Branch.id, Branch.name).order_by(Branch.code)).all())
    channels, businesses = (list(session.scalars(read.categories(column))) for column in ("channel", "business"))
    return Offered(branches, channels, businesses)


def cards(standing: dict[str, int]) -> None:
    """What stands open, each leading to its list."""
    said: tuple[tuple[str, str, dict[str, str], str | None], ...] = (
        ("open", _("未办结"), {}, None),
        ("due_today", _("今日到期"), {"clock": "today"}, "watch"),
        ("late_promise", _("超过承诺"), {"clock": "promise"}, "risk"),
        ("late_term", _("超过法定期限"), {"clock": "term"}, "risk"),
        ("unassigned", _("待分派"), {"whose": "unassigned"}, None),
    )
    shown = [
        frames.Card(title, integer(standing[key]), tone=tone if standing[key] else None,
                    href=frames.Link("complaints", params))
        for key, title, params, tone in said
    ]  # fmt: skip
    frames.cards(shown, key="complaint-cards")


def asked(offered: Offered) -> Filters:
    """The filters as chosen."""
    any_ = {"": _("全部")}
    people = {**any_, "mine": _("我经办"), "unassigned": _("待分派"), "registered": _("我登记")}
    states = {"open": _("未办结"), **{state: name("case_state", state) for state in STATES}, "all": _("全部")}
    clocks = {"overdue": _("已逾期"), "promise": _("超过承诺"), "term": _("超过法定期限"),
              "today": _("今日到期"), "week": _("本周到期")}  # fmt: skip
    whose = choice(_("谁的"), people, key="whose", segments=True)
    with st.grid(5, min_column_width=150, gap="small"):
        state = choice(_("状态"), states, key="state", default="open")
        clock = choice(_("时限"), {**any_, **clocks}, key="clock")
        channel = choice(_("渠道"), {**any_, **_names("channel", offered.channels)}, key="channel")
        business = choice(_("业务"), {**any_, **_names("business", offered.businesses)}, key="business")
        branches = {str(branch): text for branch, text in offered.branches.items()}
        branch = choice(_("机构"), {**any_, **branches}, key="branch")
    return Filters(state, clock, whose, channel, business, int(branch) if branch else None)


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
        "state": name("case_state", row.state),
        "complainant": row.complainant or who.get(row.customer_id, NOTHING),
        "business": name("complaint_business", row.business),
        "reason": name("complaint_reason", row.reason),
        "handler": people.get(row.handler_id, NOTHING if ended else _("待分派")),
        "branch": branches.get(row.branch_id or row.about_branch_id, NOTHING),
        "received_at": row.received_at,
    }


def columns() -> list[frames.Column]:
    """The columns of the queue: the clocks first, so that a phone shows them."""
    return [
        frames.Column("number", _("编号"), pinned=True, width=125),
        frames.Column("promise", _("承诺答复"), "badge", width=130),
        frames.Column("term", _("法定期限"), "badge", width=130),
        frames.Column("state", _("状态"), width=90),
        frames.Column("complainant", _("投诉人"), width=100),
        frames.Column("business", _("业务"), width=85),
        frames.Column("reason", _("原因"), width=115),
        frames.Column("handler", _("处理人"), width=70),
        frames.Column("branch", _("机构"), width=95),
        frames.Column("received_at", _("收到时间"), "moment", width=140),
    ]


def badge(standing: Standing) -> tuple[str, str] | None:
    """A clock in the table: red only once it is overdue."""
    return None if standing.state == "none" else (standing.text, "risk" if standing.late else "context")


def nothing(filters: Filters) -> str:
    """Why the list is empty."""
    if filters == Filters():
        return _("没有在办的投诉。新的投诉登记后会按剩余时间排在这里。")
    return _("没有符合条件的投诉，可放宽筛选条件。")


def _names(family: str, found: Sequence[str]) -> dict[str, str]:
    return {code: name(f"complaint_{family}", code) for code in found}
