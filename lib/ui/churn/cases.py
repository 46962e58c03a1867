"""The churn cases as a list, and what became of them by quarter."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.churn import read
from lib.churn.steps import standing_of
from lib.settings import bank_day
from lib.store.session import StoreSession
from lib.ui import charts, frames
from lib.ui.choices import choice
from lib.ui.churn import data
from lib.ui.churn.look import Look
from lib.ui.frames import Column, RowLink
from lib.words import NOTHING, _, integer, name, quarter_name

_QUARTERS = 4
_TONES = {"kept": "good", "lost": "risk", "withdrawn": "context"}


def draw(look: Look, session: StoreSession) -> None:
    """Kept and lost by quarter, then the list."""
    results(look)
    said = {"open": _("在办"), "over": _("已结束"), "all": _("全部")}
    state = choice(_("个案状态"), said, key="state", default="open", segments=True)
    found = frames.page_of(session, read.cases("" if state == "all" else state), key="churn-cases-page", filters=state)
    rows = [line(look, row) for row in found.rows]
    if not rows:
        frames.empty(_("没有这样的个案。在预警名单里点开一位客户，即可立案跟进。"))
        return
    frames.table(rows, _columns(look), key="churn-cases", link=RowLink("churn", "case", "number"))


def line(look: Look, row: Any) -> dict[str, Any]:
    """A case as the list shows it; its age is counted to its end."""
    standing = standing_of(row.state, row.outcome)
    last = bank_day(row.closed_at) if row.closed_at else look.page.today
    return {
        "number": row.number, "name": row.name, "state": (name("churn_state", standing), _TONES.get(standing, "main")),
        "age": (last - bank_day(row.received_at)).days, "at_risk_fen": row.at_risk_fen,
        "reason": name("churn_fact", row.reason), "handler": row.handler or NOTHING, "received_at": row.received_at,
        "lost": name("leaving_reason", row.root_cause) if row.root_cause else NOTHING,
    }  # fmt: skip


def _columns(look: Look) -> list[Column]:
    return [
        Column("name", _("客户"), pinned=True, width=100), Column("state", _("状态"), "badge", width=90),
        Column("age", _("已历天数"), "integer", width=80),
        Column("at_risk_fen", _("立案时可能流失"), "money", currency=look.house.currency),
        Column("reason", _("首要原因"), width=180), Column("lost", _("流失原因"), width=110),
        Column("handler", _("处理人"), width=80), Column("received_at", _("立案时间"), "moment", width=140),
        Column("number", _("编号"), width=130),
    ]  # fmt: skip


def results(look: Look) -> None:
    """Kept and lost of the last quarters: how many, and how much was at risk."""
    asked = data.last_quarters(look.page.today, _QUARTERS)
    rows = data.closed(look.page.scope, asked)
    if not rows:
        st.caption(_("近四季还没有结束的个案；结束时登记挽留或流失，这里按季汇总。"))
        return
    found = {(one.quarter, one.outcome): one for one in rows}
    kept, lost = (sum(one.cases for one in rows if one.outcome == code) for code in ("kept", "lost"))
    title = _("近四季结束的个案：挽留 {kept} 件，流失 {lost} 件").format(kept=integer(kept), lost=integer(lost))
    labels = [quarter_name(one) for one in asked]
    outcomes = {code: name("churn_state", code) for code in ("kept", "lost")}
    tones = {outcomes["kept"]: "good", outcomes["lost"]: "risk"}
    left, right = st.columns(2)
    with left:
        series = {said: [_of(found, one, code, "cases") for one in asked] for code, said in outcomes.items()}
        charts.stacked_bars(title, labels, series, key="churn-results", colours=tones)
    with right:
        series = {said: [_of(found, one, code, "at_risk_fen") for one in asked] for code, said in outcomes.items()}
        charts.stacked_bars(_("立案时可能流失的资产，按结果"), labels, series, key="churn-results-aum", unit=look.money,
                            colours=tones)  # fmt: skip


def _of(found: dict[tuple[str, str], data.Closed], quarter: str, outcome: str, what: str) -> int:
    one = found.get((quarter, outcome))
    return getattr(one, what) if one else 0
