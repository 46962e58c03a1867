"""各机构小图: one KPI's trail of every branch or manager on one axis, the furthest from target first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from lib.kpi.findings import since
from lib.rulebook import Kpi
from lib.ui import frames, trails
from lib.ui.figures import Unit
from lib.ui.frames import Link
from lib.ui.kpis import marks
from lib.ui.kpis.address import address
from lib.ui.kpis.data import Story, change, shown, stories
from lib.ui.kpis.look import Look
from lib.ui.kpis.parting import group_name
from lib.ui.plain import escaped
from lib.words import _, integer, translate

_QUARTERS = 12
MOST = 24


def draw(look: Look, kpi: Kpi) -> None:
    """The grid under its finding; each leads down to its own figures."""
    by = look.below
    if not by or by not in kpi.by:
        frames.empty(_("“{title}”在这里不能再按机构分。").format(title=translate(kpi.title)))
        return
    found = [(group, story) for (_key, group), story in stories(look, [kpi], by).items() if story.now is not None]
    found.sort(key=lambda one: _worst_first(one[1], kpi))
    if not found:
        frames.empty(_("这个季度没有可分开看的数据。"))
        return
    st.markdown(f"**{escaped(_finding(kpi, [story for _group, story in found]))}**")
    st.caption(escaped(_("各图同一纵轴，从离目标最远的排起；虚线为目标，橙点未达标。")))
    unit = Unit(kpi.unit, look.house.currency)
    drawn = [(group, story, marks.trail_of(story, story.trail[-_QUARTERS:], look.run.running))
             for group, story in found[:MOST]]  # fmt: skip
    within = trails.reach([told for _group, _story, told in drawn], unit)
    with st.grid("auto", min_column_width=230, gap="small", key="kpi-multiples"):
        for group, story, told in drawn:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _one(look, kpi, by, group, story, replace(told, within=within), unit)
    if len(found) > MOST:
        st.caption(escaped(_("只画前 {n} 个，共 {all} 个；其余见总览的表。").format(n=MOST, all=integer(len(found)))))


def _one(look: Look, kpi: Kpi, by: str, group: int | str, story: Story, told: trails.Trail, unit: Unit) -> None:
    known = look.house.branches if by == "branch" else look.house.staff
    title = group_name(look, by, group)
    if int(group) in known:
        frames.link(Link("kpis", address(kpi=kpi.key, **{by: known[int(group)][0]}), title, ""))
    else:
        st.caption(escaped(title))
    now = story.now
    moved, _better = change(now, story.earlier(1), kpi)
    said = [shown(now, kpi, look.house.currency), _("较上季 {change}").format(change=moved) if moved else "",
            _("样本不足") if now and now.small else since(story.misses)]  # fmt: skip
    st.caption(escaped(_("，").join(part for part in said if part)))
    trails.trail("", told, key=f"kpi-multiple-{kpi.key}-{by}-{group}", unit=unit, small=True)


def _finding(kpi: Kpi, found: Sequence[Story]) -> str:
    judged = [story for story in found if story.now and story.now.on_target is not None and not story.now.small]
    if not judged:
        return _("{title}：各组样本都不足，或没有目标").format(title=translate(kpi.title))
    missed = sum(1 for story in judged if story.now and not story.now.on_target)
    lasting = sum(1 for story in judged if story.misses.current and story.misses.current.length > 1)
    said = _("{title}：{n} 个中 {missed} 个未达标").format(
        title=translate(kpi.title), n=integer(len(judged)), missed=integer(missed))  # fmt: skip
    return said + (_("，其中 {n} 个已连续两季以上").format(n=integer(lasting)) if lasting else "")


def _worst_first(story: Story, kpi: Kpi) -> tuple[bool, bool, float]:
    now = story.now
    if now is None or now.value is None:
        return True, True, 0.0
    return False, now.small, float(now.value) if kpi.good == "up" else -float(now.value)
