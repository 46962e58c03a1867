"""The list of enquiries or breakpoints: what stands open, whose it is, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib.enquiries import read
from lib.enquiries.read import Asker, Wanted
from lib.enquiries.rules import ENQUIRY, OUTCOMES, service_steps
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.cases.queue import badge
from lib.ui.choices import choice, typed
from lib.ui.page import Page
from lib.words import NOTHING, _, codes, integer, name
from lib.work.moves import ENDED, state_name
from lib.work.running import standing_of

_PARAMS = ("kind", "state", "clock", "whose", "what", "text")
_SHORT = 40


def draw(page: Page, kind: str) -> dict[str, str]:
    """Cards, filters and list of a kind; gives the filters as they stand in the address."""
    minute = page.now.replace(second=0, microsecond=0)
    _cards(counted(page.scope, kind, minute, page.today), kind)
    wanted = _wanted(page, kind)
    with page.session() as session:
        found = frames.page_of(session, read.listed(wanted, _asker(page)), key=f"{kind}-page", filters=wanted)
    if found.rows:
        rows = [line(row, kind, page.now) for row in found.rows]
        frames.table(
            rows, _columns(kind, rows), key=f"{kind}-list", link=frames.RowLink("complaints", "case", "number")
        )
    else:
        frames.empty(_nothing(wanted))
    return {key: value for key, value in st.query_params.items() if key in _PARAMS}


@cached()
def counted(session: Session, kind: str, minute: datetime, today: date) -> dict[str, int]:
    """How many stand open; `minute` because clocks run without anybody writing."""
    assert isinstance(session, StoreSession)
    row = session.execute(read.standing(kind, Asker(session.scope, minute, today))).one()
    return {key: int(value) for key, value in row._mapping.items()}


def _asker(page: Page) -> Asker:
    return Asker(page.scope, page.now, page.today)


def _cards(standing: dict[str, int], kind: str) -> None:
    """What stands open, each leading to its list."""
    enquiry = kind == ENQUIRY
    said: tuple[tuple[str, str, dict[str, str], str | None], ...] = (
        ("open", _("未办结"), {}, None),
        ("due_today", _("今日应答复") if enquiry else _("今日应告知"), {"clock": "today"}, "watch"),
        ("overdue", _("逾期未答复") if enquiry else _("逾期未告知"), {"clock": "overdue"}, "risk"),
        ("mine", _("由我处理"), {"whose": "mine"}, None),
        ("handed", _("已移交"), {"whose": "handed"}, None),
    )
    frames.cards([
        frames.Card(title, integer(standing[key]), tone=tone if standing[key] else None,
                    href=frames.Link("complaints", {"kind": kind, **params}))
        for key, title, params, tone in said
    ], key=f"{kind}-cards")  # fmt: skip


def _wanted(page: Page, kind: str) -> Wanted:
    """The filters as chosen: whose it is in a line of its own, the rest in the next."""
    people = {"": _("全部"), "mine": _("由我处理"), "first": _("我是首问"), "handed": _("已移交")}
    if page.scope.branch_id is not None:
        people["unit"] = _("本支行")
    whose = choice(_("谁的"), people, key="whose", segments=True)
    states = {"open": _("未办结"), **{one: state_name(kind, one) for one in codes(f"{kind}_state")}, "all": _("全部")}
    clocks = {"": _("全部"), "overdue": _("已逾期"), "today": _("今日到期")}
    if kind == ENQUIRY:
        title, whats = _("结果"), {one: name("enquiry_outcome", one) for one in OUTCOMES}
    else:
        title, whats = _("中断的环节"), service_steps(page.book, page.today)
    with st.grid(4, min_column_width=150, gap="small"):
        return Wanted(
            kind,
            text=typed(_("搜索"), key="text", help=_("编号，或内容里的任何字句")),
            state=choice(_("状态"), states, key="state", default="open"),
            clock=choice(_("时限"), clocks, key="clock"),
            what=choice(title, {"": _("全部"), **whats}, key="what"),
            whose=whose,
        )


def line(row: Any, kind: str, now: datetime) -> dict[str, Any]:
    """A row as the list shows it, with its clock."""
    clock = standing_of(row.promise_due_at, row.promise_met_at, row.state in ENDED, now)
    summary = row.summary or ""
    return {
        "number": row.number, "clock": badge(clock), "state": state_name(kind, row.state),
        "who": row.complainant or NOTHING, "summary": summary[:_SHORT] + ("…" if len(summary) > _SHORT else ""),
        "business": name("complaint_business", row.business), "channel": name("complaint_channel", row.channel),
        "step": name("breakpoint_step", row.reason or None),
        "outcome": name("enquiry_outcome", row.outcome), "handler": row.handler or NOTHING,
        "first_owner": row.first_owner or NOTHING, "received_at": row.received_at,
    }  # fmt: skip


def _columns(kind: str, rows: list[dict[str, Any]]) -> list[frames.Column]:
    """The clock first, so that a phone shows it; the owner beside who was asked first; no outcome before any has."""
    enquiry = kind == ENQUIRY
    columns: Mapping[str, frames.Column] = {
        "number": frames.Column("number", _("编号"), pinned=True, width=125),
        "clock": frames.Column("clock", _("答复时限") if enquiry else _("告知时限"), "badge", width=135),
        "state": frames.Column("state", _("状态"), width=95),
        "handler": frames.Column("handler", _("处理人"), width=75),
        "first_owner": frames.Column("first_owner", _("首问责任人"), width=90),
        "who": frames.Column("who", _("客户"), width=105),
        "step": frames.Column("step", _("中断的环节"), width=90),
        "summary": frames.Column("summary", _("咨询内容") if enquiry else _("中断情况"), width=260),
        "outcome": frames.Column("outcome", _("结果"), width=95),
        "business": frames.Column("business", _("业务"), width=85),
        "channel": frames.Column("channel", _("渠道"), width=85),
        "received_at": frames.Column("received_at", _("收到时间") if enquiry else _("发现时间"), "moment", width=140),
    }  # fmt: skip
    left_out = {"step"} if enquiry else {"outcome"}
    left_out |= {"outcome"} if all(row["outcome"] == NOTHING for row in rows) else set()
    return [column for key, column in columns.items() if key not in left_out]


def _nothing(wanted: Wanted) -> str:
    if wanted != Wanted(wanted.kind):
        return _("没有符合条件的事项，可放宽筛选条件。")
    if wanted.kind == ENQUIRY:
        return _("没有未答复的咨询。当场答复的咨询登记时即办结，在“状态”里选“全部”可查看。")
    return _("没有在办的服务断点。发现服务中断时，由发现人登记并告知客户。")
