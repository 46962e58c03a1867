"""积分: what the bank owes in points by quarter, who loses points soon, and redeeming for a customer (手册 §6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib.engagement.points import read
from lib.engagement.points.rules import what_of
from lib.kpi import Scene, level_of
from lib.kpi.points import POINTS, ledger_of
from lib.store.session import StoreSession
from lib.ui import charts, frames, quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.engagement import points_one
from lib.ui.frames import Card, Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.quarters import Run
from lib.words import _, integer, percent, quarter_name

_RECENT_DAYS = 90
Sums = dict[str, dict[str, int]]


def draw(page: Page) -> None:
    """One customer's points, or the ledger, those who lose points soon, and what was redeemed lately."""
    if page.scope.narrow:
        frames.empty(_("积分由客户经理、支行和客户关系管理部经办；你的岗位看不到客户的积分。"))
        return
    with page.session() as session:
        if points_one.PARAM in st.query_params:
            points_one.draw(page, session, st.query_params[points_one.PARAM])
            return
        branch_id = _branch(page)
        _ledger(page, branch_id)
        if page.scope.masked_names:
            st.caption(escaped(_("领导岗位只看汇总；客户名单由支行和客户关系管理部办理。")))
            return
        points_one.ask(page)
        _expiring(page, session, branch_id)
        _redeemed(page, session, branch_id)


def _branch(page: Page) -> int | None:
    if page.scope.facts != "bank":
        return None
    house = quarters.house(page.scope)
    named = {"": _("全行"), **{code: title for code, title in house.branches.values()}}
    chosen = choice(_("支行"), named, key="branch")
    return house.branch_of(chosen) if chosen else None


def _ledger(page: Page, branch_id: int | None) -> None:
    """What is owed and how it came about, by quarter, from stored figures."""
    found = quarters.runs(page.scope)
    sums = _sums(page.scope, level_of(page.scope, "bank", Scene(branch_id=branch_id)),
                 tuple((str(run.quarter), run.version) for run in found[:12]), branch_id)  # fmt: skip
    if not sums:
        frames.empty(_("还没有积分。每次刷新按口径为客户记分；运行 python -m lib refresh 之后，这里会显示。"))
        return
    shown = [run for run in reversed(found[:12]) if str(run.quarter) in sums]
    quarters.say(shown[-1])
    _cards(page, shown, sums, branch_id)
    _course(shown, sums)


@cached(of="facts")
def _sums(session: Session, level: str, runs: Sequence[tuple[str, int]], branch_id: int | None) -> Sums:
    """Quarter → measure → points; a quarter in which nobody had any is left out."""
    found: Sums = {}
    for row in session.execute(ledger_of(level, runs, branch_id)) if runs else ():
        found.setdefault(row.quarter, dict.fromkeys(POINTS, 0))[row.measure] = int(row.value)
    return {quarter: of for quarter, of in found.items() if any(of.values())}


@cached()
def _soon(session: Session, until: date, branch_id: int | None) -> tuple[int, int]:
    customers, points = session.execute(read.expiring_sums(until, branch_id)).one()
    return int(customers), int(points)


def _until(page: Page) -> date:
    days: int = page.book.value("points.soon_days", page.today)
    return page.today + timedelta(days=days)


def _cards(page: Page, shown: Sequence[Run], sums: Sums, branch_id: int | None) -> None:
    now = sums[str(shown[-1].quarter)]
    trail = [sums[str(run.quarter)] for run in shown]
    customers, points = _soon(page.scope, _until(page), branch_id)
    issued, redeemed = now["points_issued"], now["points_redeemed"]
    quarter = quarter_name(str(shown[-1].quarter))
    frames.cards([
        Card(_("未用积分"), integer(now["points_outstanding"]), _("分"), note=_("本行对客户的积分负债"),
             spark=[one["points_outstanding"] for one in trail]),
        Card(_("本季发放"), integer(issued), _("分"), note=quarter, spark=[one["points_issued"] for one in trail]),
        Card(_("本季兑换"), integer(redeemed), _("分"), spark=[one["points_redeemed"] for one in trail],
             note=_("兑换率 {share}").format(share=percent(redeemed / issued if issued else None))),
        Card(_("本季到期作废"), integer(now["points_expired"]), _("分"), note=quarter),
        Card(_("{n} 天内到期").format(n=(_until(page) - page.today).days), integer(points), _("分"),
             note=_("{n} 位客户").format(n=integer(customers)), tone="watch" if points else None),
    ], key="points-cards")  # fmt: skip


def _course(shown: Sequence[Run], sums: Sums) -> None:
    """Given and used by quarter, and the same figures as rows."""
    labels = [quarter_name(str(run.quarter)) for run in shown]
    of = [sums[str(run.quarter)] for run in shown]
    issued, used = sum(one["points_issued"] for one in of), sum(one["points_redeemed"] for one in of)
    title = _("{n} 个季度发放 {issued} 分，已兑换 {used} 分").format(
        n=len(shown), issued=integer(issued), used=integer(used))  # fmt: skip
    charts.lines(title, labels, {
        _("未用"): [one["points_outstanding"] for one in of], _("发放"): [one["points_issued"] for one in of],
        _("兑换"): [one["points_redeemed"] for one in of],
    }, key="points-course", open_last=shown[-1].running)  # fmt: skip
    rows = [{"quarter": label, **one} for label, one in zip(labels, of, strict=True)][::-1]
    with st.expander(escaped(_("各季度明细")), key="points-by-quarter"):
        frames.table(rows, [
            Column("quarter", _("季度"), pinned=True), Column("points_issued", _("发放"), "integer"),
            Column("points_redeemed", _("兑换"), "integer"), Column("points_expired", _("到期作废"), "integer"),
            Column("points_corrected", _("更正"), "integer", help=_("退回为正，收回为负")),
            Column("points_outstanding", _("季末未用"), "integer"),
        ], key="points-quarters")  # fmt: skip


def _expiring(page: Page, session: StoreSession, branch_id: int | None) -> None:
    """Who loses points soon; a row leads to the customer's points."""
    st.subheader(escaped(_("即将到期")), anchor=False)
    query = read.expiring(_until(page), branch_id)
    found = frames.page_of(session, query, key="points-expiring-page", filters=branch_id, size=20)
    at = frames.table(found.rows, [
        Column("name", _("客户"), pinned=True), Column("tier", _("层级"), "code", family="tier"),
        Column("expiring_on", _("有效期至"), "day"), Column("expiring", _("届时到期"), "integer"),
        Column("balance", _("现有积分"), "integer"), Column("manager", _("客户经理")),
    ], key="points-expiring", select=True,
        nothing=_("{day} 以前没有客户的积分到期。").format(day=_until(page).isoformat()))  # fmt: skip
    points_one.go(found.rows[at].number if at is not None else None, "points-expiring")  # type: ignore[attr-defined]


def _redeemed(page: Page, session: StoreSession, branch_id: int | None) -> None:
    st.subheader(escaped(_("最近兑换")), anchor=False)
    query = read.redeemed_lately(page.today - timedelta(days=_RECENT_DAYS), branch_id)
    found = frames.page_of(session, query, key="points-redeemed-page", filters=branch_id, size=20)
    listed: Sequence[Any] = found.rows
    rows = [{
        "day": row.booked_on, "name": row.name, "what": what_of("redeem", row.code), "n": row.quantity,
        "points": -row.points, "staff": row.staff, "undone": _("已更正") if row.undone else "", "number": row.number,
    } for row in listed]  # fmt: skip
    at = frames.table(rows, [
        Column("day", _("日期"), "day"), Column("name", _("客户")), Column("what", _("兑换")),
        Column("n", _("份数"), "integer"), Column("points", _("用去积分"), "integer"), Column("staff", _("经办人")),
        Column("undone", _("更正")),
    ], key="points-redeemed", select=True, nothing=_("最近 {n} 天没有兑换。").format(n=_RECENT_DAYS))  # fmt: skip
    points_one.go(rows[at]["number"] if at is not None else None, "points-redeemed")
