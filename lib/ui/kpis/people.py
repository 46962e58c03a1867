"""Who is behind a KPI: the customers, answers or complaints of its numerator or denominator."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from sqlalchemy import Select
from sqlalchemy.orm import Session

from lib.kpi import Scene, published
from lib.kpi.people import has_rest, is_amount, list_kind, people, seen_frame
from lib.kpi.training import PEOPLE
from lib.rulebook import Kpi
from lib.store.book import book_of, rulebook
from lib.store.quarter import Quarter
from lib.store.scope import Scope
from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.cached import cached
from lib.ui.care import happened
from lib.ui.choices import choice
from lib.ui.frames import Column, RowLink
from lib.ui.kpis.data import Story, stories
from lib.ui.kpis.look import Look
from lib.ui.plain import escaped
from lib.words import _, codes, integer, name


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
    measure, without = side_of(kpi, side)
    if list_kind(measure) == "cases" and scope.cases == "none":
        frames.empty(_("你的岗位只看投诉的汇总数字，不看具体投诉。"))
        return
    if list_kind(measure) == "items" and scope.masked_names:
        frames.empty(_("你的岗位只看回访与关怀的汇总数字，不看具体待办。"))
        return
    scene, story = part_of(look, kpi, story)
    if list_kind(measure) != "cases" and look.below == "branch":
        frames.empty(_("名单从支行起列出：请先在上面选一个支行。"))
        return
    scene = _within(scope, scene) if list_kind(measure) == "training" else scene
    if scope.facts == "handled":
        scene = replace(scene, staff_id=scope.staff_id, handler=True)
    with look.page.session() as session:
        _list(session, look, (measure, without), scene, _count(story, side))


def side_of(kpi: Kpi, side: str) -> tuple[str, str]:
    """The measure a side lists, and the one it leaves out."""
    return (kpi.denominator, kpi.numerator) if side == "rest" else (getattr(kpi, side), "")


def listed(look: Look, kpi: Kpi, side: str) -> bool:
    """Whether this person may see who makes a side up, once a branch is chosen."""
    kind, scope = list_kind(side_of(kpi, side)[0]), look.page.scope
    hidden = (kind == "cases" and scope.cases == "none") or (kind == "items" and scope.masked_names)
    return bool(kind) and scope.customers != "none" and not hidden


def part_of(look: Look, kpi: Kpi, story: Story) -> tuple[Scene, Story]:
    """The scene and story of the kind or tier the address asks for (`of_kind`, `of_tier`), said above the list."""
    scene = look.scene
    for by, family in (("kind", "customer_kind"), ("tier", "tier")):
        code = st.query_params.get(f"of_{by}", "")
        if code not in (*codes(family), "none") or by not in kpi.by:
            continue
        scene = replace(scene, kind=code) if by == "kind" else replace(scene, tier=code)
        story = stories(look, [kpi], by).get((kpi.key, code), Story(kpi, {}, story.trail))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(escaped(_("只列：{group}").format(group=name(family, code))), width="content")
            picks.back(_("不限"), f"of_{by}", key=f"kpis-all-{by}")
    return scene, story


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
    if has_rest(kpi):
        named = {"numerator": named["numerator"], "rest": _("未计入分子的"), "denominator": named["denominator"]}
    measures = {side: getattr(kpi, side) if side != "rest" else kpi.denominator for side in named}
    return {side: title for side, title in named.items() if measures[side] and list_kind(measures[side])}


def _count(story: Story, side: str) -> int:
    now = story.now
    if now and side == "rest":
        return (now.denominator or 0) - now.numerator
    return int(getattr(now, side) or 0) if now else 0


def _list(session: StoreSession, look: Look, of: tuple[str, str], scene: Scene, stored: int) -> None:
    measure, without = of
    at = (measure, without, str(look.run.quarter), look.run.version, scene)
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


def _query(
    session: Session, measure: str, without: str, quarter: str, version: int, scene: Scene, currency: str
) -> Select:
    run = published(session, [Quarter.parse(quarter)], {quarter: version})[quarter]  # type: ignore[arg-type]
    return people(measure, seen_frame(run, book_of(run, rulebook()), currency), scene, without)


@cached(of="facts")
def _listed(
    session: Session, measure: str, without: str, quarter: str, version: int, scene: Scene, currency: str
) -> int:
    return frames.count_of(session, _query(session, measure, without, quarter, version, scene, currency))


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
