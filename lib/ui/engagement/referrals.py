"""推荐: who brought whom, who became a customer, what is owed for it; by manager, and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.engagement import referrals as read
from lib.engagement.referrals import SHOWN, Wanted
from lib.engagement.rules import referral_state
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import frames, picks, quarters
from lib.ui.choices import choice
from lib.ui.engagement import rewarding
from lib.ui.engagement.badges import referral_badge
from lib.ui.frames import Card, Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer, money

PARAM, _LONGEST_ID, _PAIR = "who", 18, 2


@dataclass(frozen=True)
class Line:
    """One referral as the list shows it: the stored row, what it is, and the other's name within reach."""

    row: Any
    state: str
    referred: str
    referred_number: str


def draw(page: Page) -> None:
    """The figures, the managers beside one another, the list, and what is done with the one chosen."""
    if page.scope.narrow:
        frames.empty(_("推荐只对看得到客户全貌的岗位开放。"))
        return
    with page.session() as session:
        if PARAM in st.query_params:
            picks.back(_("返回推荐"), PARAM, key="referral-back")
            _one(page, session, st.query_params[PARAM])
            return
        by = session.execute(read.by_manager()).all()
        _figures(by)
        rewarding.record_form(page)
        if len(by) > 1:
            _managers(by)
        _list(page, session, by)


def _figures(by: Sequence[Any]) -> None:
    def total(column: str) -> int:
        return sum(getattr(row, column) or 0 for row in by)

    referred, became = total("referred"), total("became")
    frames.cards([
        Card(_("推荐过的客户"), integer(total("referrers"))), Card(_("被推荐人"), integer(referred)),
        Card(_("已开户"), integer(became)), Card(_("待答谢"), integer(total("due"))),
        Card(_("已答谢"), integer(total("given")),
             href=Link("kpis", {"kpi": "referral_rate"}, _("推荐率见季度指标"))),
    ], key="referral-figures")  # fmt: skip


def _managers(by: Sequence[Any]) -> None:
    with st.expander(escaped(_("按推荐人的客户经理")), key="referral-by-manager"):
        rows = [{**row._asdict(), "manager": row.manager or _("未分配")} for row in by]
        frames.table(rows, [
            Column("manager", _("客户经理"), pinned=True), Column("referrers", _("推荐过的客户"), "integer"),
            Column("referred", _("被推荐人"), "integer"), Column("became", _("已开户"), "integer"),
            Column("due", _("待答谢"), "integer"), Column("given", _("已答谢"), "integer"),
        ], key="referral-managers")  # fmt: skip


def _list(page: Page, session: StoreSession, by: Sequence[Any]) -> None:
    titles = {"due": _("已开户、未答谢"), "referred": _("未开户"), "given": _("已答谢"), "declined": _("不答谢")}
    with st.grid("auto", min_column_width=180, gap="small"):
        show = choice(_("推荐状态"), {"": _("全部推荐"), **{one: titles[one] for one in SHOWN}}, key="referral")
        managers = {"": _("全部客户经理"), **{str(row.manager_id or 0): row.manager or _("未分配") for row in by}}
        manager = choice(_("客户经理"), managers, key="referrer_of") if len(by) > 1 else ""
    wanted = Wanted(show, int(manager) if manager else None)
    found = frames.page_of(session, read.referrals(wanted), key="referrals-page", filters=wanted)
    if not found.rows:
        frames.empty(_("没有这样的推荐。登记潜在客户时填写推荐人，或在上方补登。"))
        return
    lines = _lines(page, session, found.rows)
    currency = quarters.house(page.scope).currency
    columns = [
        Column("name", _("推荐人"), pinned=True, width=120), Column("state", _("状态"), "badge", width=110),
        Column("referred", _("被推荐人"), width=130), Column("recorded_on", _("登记日"), "day", width=100),
        Column("became_on", _("开户日"), "day", width=100), Column("reward", _("答谢"), width=100),
        Column("ended_on", _("答谢日"), "day", width=100), Column("manager", _("客户经理"), width=85),
        Column("number", _("推荐人客户号"), width=115),
    ]  # fmt: skip
    rows = [_row(one, currency) for one in lines]
    at = frames.table(rows, columns, key="referral-list", select=True)
    value = rows[at]["id"] if at is not None else None
    if picks.picked("referral-list", value) and value:
        picks.show(value, PARAM)


def _one(page: Page, session: StoreSession, said: str) -> None:
    """The referral in the address, as `referrer-referred`."""
    ids = [int(one) for one in said.split("-") if one.isdecimal() and len(one) < _LONGEST_ID]
    found = session.execute(read.referrals(Wanted(pair=(ids[0], ids[1])))).all() if len(ids) == _PAIR else []
    if not found:
        frames.empty(_("没有这条推荐，或它不在你的权限范围内。"))
        return
    (line,) = _lines(page, session, found)
    rewarding.one(page, line, _row(line, quarters.house(page.scope).currency))


def _lines(page: Page, session: StoreSession, found: Sequence[Any]) -> list[Line]:
    """What each row is, by what its referrer was given in the same quarter; names as far as the reader reaches."""
    known = read.people(session, [row.referred_id for row in found])
    given = read.given_by_quarter(session, [row.customer_id for row in found])
    lines = []
    for row in found:
        had = given[row.customer_id, Quarter.of(row.became_on)] if row.became_on else 0
        other = known.get(row.referred_id)
        state = referral_state(row.state, row.became_on is not None, had, page.book, page.today)
        lines.append(
            Line(row, state, other.name if other else _("不在你的范围内的客户"), other.number if other else "")
        )
    return lines


def _row(one: Line, currency: str) -> dict[str, Any]:
    row = one.row
    return {
        "id": f"{row.customer_id}-{row.referred_id}", "name": row.name, "state": referral_badge(one.state),
        "referred": one.referred,
        "recorded_on": row.recorded_on, "became_on": row.became_on, "reward": reward_said(row, currency),
        "ended_on": row.ended_on, "manager": row.manager, "number": row.number,
    }  # fmt: skip


def reward_said(row: Any, currency: str) -> str | None:
    """What was given, in words."""
    if row.reward is None:
        return None
    points = row.reward == "points"
    return _("{n} 积分").format(n=integer(row.reward_amount)) if points else money(row.reward_amount, currency)
