"""Who is behind a KPI: the customers, answers or complaints of its numerator or denominator."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from sqlalchemy import Select
from sqlalchemy.orm import Session

from lib.kpi import Scene, published
from lib.kpi.people import is_amount, list_kind, people, seen_frame
from lib.kpi.training import PEOPLE
from lib.rulebook import Kpi
from lib.store.book import book_of, rulebook
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.care import happened
from lib.ui.choices import choice
from lib.ui.frames import Column, RowLink
from lib.ui.kpis.data import Story
from lib.ui.kpis.look import Look
from lib.words import _, integer


def draw(look: Look, kpi: Kpi, story: Story) -> None:
    """Choose a side of the fraction; below it who makes it up, as the reader reaches them now."""
    scope = look.page.scope
    sides = _sides(kpi)
    if not sides or (scope.customers == "none" and list_kind(kpi.numerator) != "training"):
        return
    st.subheader(_("谁在里面"), anchor=False)
    side = choice(_("名单"), {"": _("不列出"), **sides}, key="show", segments=True)
    if not side:
        return
    measure = getattr(kpi, side)
    if list_kind(measure) == "cases" and scope.cases == "none":
        frames.empty(_("你的岗位只看投诉的汇总数字，不看具体投诉。"))
        return
    if list_kind(measure) == "items" and scope.masked_names:
        frames.empty(_("你的岗位只看回访与关怀的汇总数字，不看具体待办。"))
        return
    scene = look.scene
    if list_kind(measure) != "cases" and look.below == "branch":
        frames.empty(_("名单从支行起列出：请先在上面选一个支行。"))
        return
    scene = _within(scope, scene) if list_kind(measure) == "training" else scene
    if scope.facts == "handled":
        scene = Scene(staff_id=scope.staff_id, handler=True)
    with look.page.session() as session:
        _list(session, look, measure, scene, _count(story, side))


def _within(scope: Scope, scene: Scene) -> Scene:
    """Staff are no rows of a customer: the scope says here whose training is listed."""
    if scope.facts == "own":
        return replace(scene, staff_id=scope.staff_id)
    return replace(scene, branch_id=scope.branch_id) if scope.facts == "branch" else scene


def _sides(kpi: Kpi) -> dict[str, str]:
    """The measures of a KPI that have a list."""
    named = {"numerator": _("分子"), "less": _("减去的"), "denominator": _("分母")}
    if not kpi.denominator and not kpi.less:
        named["numerator"] = _("列出")
    return {side: title for side, title in named.items() if getattr(kpi, side) and list_kind(getattr(kpi, side))}


def _count(story: Story, side: str) -> int:
    now = story.now
    return int(getattr(now, side) or 0) if now else 0


def _list(session: StoreSession, look: Look, measure: str, scene: Scene, stored: int) -> None:
    at = (measure, str(look.run.quarter), look.run.version, scene)
    query = _query(session, *at, look.house.currency)
    total = _listed(look.page.scope, *at, look.house.currency)
    paged = frames.page_of(session, query, key="kpi-people", filters=at, total=total)
    kind, elsewhere = list_kind(measure), stored - paged.total
    if kind != "training" and not is_amount(measure) and elsewhere > 0 and paged.total < frames.COUNTED_TO:
        st.caption(_("另有 {n} 条现不在你的范围内：客户已由他人管户，或不是行内客户。").format(n=integer(elsewhere)))
    columns = {"training": _training, "customers": _customers, "answers": _answers, "items": _items, "cases": _cases}[
        kind
    ](look, measure)
    rows = happened.lines(paged.rows) if kind == "items" else paged.rows
    link = {"cases": RowLink("complaints", "case", "number"), "training": None}.get(
        kind, RowLink("portrait", "customer", "number"))  # fmt: skip
    frames.table(rows, columns, key=f"kpi-people-{measure}", link=link,
                 nothing=_("名单是空的：没有这样的客户，或他们现由他人管户。"))  # fmt: skip


def _query(session: Session, measure: str, quarter: str, version: int, scene: Scene, currency: str) -> Select:
    run = published(session, [Quarter.parse(quarter)], {quarter: version})[quarter]  # type: ignore[arg-type]
    return people(measure, seen_frame(run, book_of(run, rulebook()), currency), scene)


@cached(of="facts")
def _listed(session: Session, measure: str, quarter: str, version: int, scene: Scene, currency: str) -> int:
    return frames.count_of(session, _query(session, measure, quarter, version, scene, currency))


def _customers(look: Look, measure: str) -> list[Column]:
    currency = look.house.currency
    part: list[Column] = []
    if is_amount(measure):
        kind = "money" if measure.endswith("_fen") else "integer"
        part = [Column("part", _("计入"), kind, currency=currency)]
    return [
        Column("name", _("客户"), pinned=True), Column("number", _("客户号")),
        Column("kind", _("类别"), "code", family="customer_kind"), Column("tier", _("层级"), "code", family="tier"),
        *part, Column("aum_fen", "AUM", "money", currency=currency), Column("manager", _("客户经理")),
    ]  # fmt: skip


def _answers(look: Look, measure: str) -> list[Column]:
    return [
        Column("name", _("客户"), pinned=True), Column("number", _("客户号")), Column("asked_on", _("调查日期"), "day"),
        Column("overall", _("总体满意度"), "integer"), Column("recommend", _("推荐意愿"), "integer"),
        Column("manager", _("客户经理")),
    ]  # fmt: skip


def _items(_look: Look, _measure: str) -> list[Column]:
    return happened.columns()


def _training(_look: Look, measure: str) -> list[Column]:
    if measure in PEOPLE:
        return [Column("staff", _("员工"), pinned=True), Column("login", _("账号")),
                Column("hours", _("学时"), "integer")]  # fmt: skip
    return [
        Column("staff", _("员工"), pinned=True), Column("course", _("课程"), width="large"),
        Column("due_on", _("应完成"), "day"), Column("done_on", _("完成于"), "day"),
    ]  # fmt: skip


def _cases(look: Look, measure: str) -> list[Column]:
    return [
        Column("number", _("投诉编号"), pinned=True), Column("complainant", _("投诉人")),
        Column("business", _("业务"), "code", family="complaint_business"),
        Column("reason", _("原因"), "code", family="complaint_reason"),
        Column("state", _("状态"), "code", family="case_state"), Column("received_at", _("收到"), "moment"),
        Column("promise_due_at", _("承诺答复"), "moment"), Column("legal_due_at", _("法定期限"), "moment"),
    ]  # fmt: skip
