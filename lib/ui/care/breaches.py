"""The list behind a cell of the standards: which customers, what was due when, what happened, and whose it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st
from sqlalchemy import Select
from sqlalchemy.orm import Session

from lib.kpi import Scene, published
from lib.kpi.people import list_kind, people, seen_frame
from lib.kpi.standards import MEASURED, Kept, Standard
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.ui import frames, picks
from lib.ui.cached import cached
from lib.ui.care import happened
from lib.ui.care.standard_facts import Look, title
from lib.ui.frames import Column, RowLink
from lib.ui.plain import escaped
from lib.words import _, name, quarter_name


@dataclass(frozen=True)
class Asked:
    """The breaches of one standard: in one tier or all it promises to, of one manager or all."""

    standard: Standard
    tier: str
    scene: Scene
    owner: str


def asked(look: Look, said: str) -> Asked | None:
    """`visit_interval:vip` or `visit_interval:all:rm.zhang`; None for anything else."""
    code, _colon, rest = said.partition(":")
    tier, _colon, login = rest.partition(":")
    standard = look.standard(code)
    if standard is None or tier not in ("all", *(one for one in standard.tiers if one in look.tiers)):
        return None
    staff_id = look.house.staff_of(login) if login else look.scene.staff_id
    if login and staff_id is None:
        return None
    of_tier = None if tier == "all" else tier
    owner = look.house.staff[staff_id][1] if login and staff_id is not None else ""
    return Asked(standard, tier, replace(look.scene, staff_id=staff_id, tier=of_tier), owner)


def worst(rows: Sequence[Kept]) -> str:
    """The standard broken most often."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.code] = sums.get(row.code, 0) + row.breaches
    return max(sums, key=lambda code: (sums[code], code))


def draw(look: Look, of: Asked) -> None:
    """The list, paged, as the reader reaches the customers now."""
    picks.back(_("返回服务标准"), "breach", key="breach-back")
    broken = _("{standard}：未兑现").format(standard=title(of.standard))
    parts = [broken, name("tier", of.tier) if of.scene.tier else "", of.owner]
    st.subheader(escaped(" · ".join(part for part in parts if part)), anchor=False)
    st.caption(escaped(quarter_name(str(look.run.quarter))))
    kind = list_kind(MEASURED[of.standard.measured][0])
    if kind == "cases" and look.page.scope.cases == "none":
        frames.empty(_("你的岗位只看投诉的汇总数字，不看具体投诉。"))
        return
    at = (of.standard.measured, of.standard.tiers, str(look.run.quarter), of.scene)
    with look.page.session() as session, frames.loading():
        query = _query(session, *at)
        found = frames.page_of(session, query, key="breaches-page", filters=at, total=_count(look.page.scope, *at))
    rows = happened.lines(found.rows) if kind == "items" else found.rows
    columns = {"items": happened.columns, "customers": _customers, "cases": _cases}[kind]()
    link = RowLink("complaints", "case", "number") if kind == "cases" else RowLink("portrait", "customer", "number")
    frames.table(rows, columns, key="breaches-list", link=link,
                 nothing=_("名单是空的：没有这样的客户，或他们现由他人管户。"))  # fmt: skip


def _query(session: Session, measured: str, tiers: Sequence[str], quarter: str, scene: Scene) -> Select:
    run = published(session, [Quarter.parse(quarter)])[quarter]  # type: ignore[arg-type]
    due, done = MEASURED[measured]
    return people(due, seen_frame(run, rulebook(), ""), scene, done, tiers)


@cached(of="facts")
def _count(session: Session, measured: str, tiers: Sequence[str], quarter: str, scene: Scene) -> int:
    return frames.count_of(session, _query(session, measured, tiers, quarter, scene))


def _customers() -> list[Column]:
    return [
        Column("name", _("客户"), pinned=True), Column("number", _("客户号")),
        Column("tier", _("层级"), "code", family="tier"), Column("manager", _("客户经理")),
    ]  # fmt: skip


def _cases() -> list[Column]:
    return [
        Column("number", _("投诉编号"), pinned=True), Column("complainant", _("投诉人")),
        Column("business", _("业务"), "code", family="complaint_business"),
        Column("state", _("状态"), "code", family="case_state"), Column("received_at", _("收到"), "moment"),
        Column("promise_due_at", _("承诺答复"), "moment"),
    ]  # fmt: skip
