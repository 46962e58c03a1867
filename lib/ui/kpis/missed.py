"""未达标: each KPI that misses its target, with where it went wrong, since when, and the way to who is behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.kpi.findings import distance, longest, since
from lib.ui import frames
from lib.ui.frames import Link
from lib.ui.kpis import one, pairs, people
from lib.ui.kpis.address import address
from lib.ui.kpis.data import Story
from lib.ui.kpis.look import Look
from lib.ui.kpis.parting import Parting, partings
from lib.ui.plain import escaped
from lib.words import _


def draw(look: Look, told: Sequence[Story]) -> None:
    """Nothing where every target is met; otherwise one box a KPI, those missed the longest first."""
    missed = [story for story in told if story.now and story.now.on_target is False]
    if not missed:
        return
    missed.sort(key=lambda story: -(story.misses.current.length if story.misses.current else 0))
    parted = _partings(look, missed)
    st.subheader(escaped(_("未达标的指标")), anchor=False)
    with st.grid("auto", min_column_width=305, gap="small", key="kpi-missed"):
        for story in missed:
            with st.container(border=True, height="stretch", gap="xsmall", key=f"kpi-missed-{story.kpi.key}"):
                _box(look, story, parted.get(story.kpi.key))


def _partings(look: Look, missed: Sequence[Story]) -> Mapping[str, Parting]:
    """Each by the first dimension it can be divided by from here; the reads are as few as the dimensions."""
    pair = pairs.usual(look)
    by_dimension: dict[str, list[Story]] = {}
    for story in missed:
        by = next(iter(one.offered(look, story.kpi)), "")
        if by:
            by_dimension.setdefault(by, []).append(story)
    found: dict[str, Parting] = {}
    for by, stories in by_dimension.items():
        found |= partings(look, [story.kpi for story in stories], by, pair)
    return found


def _box(look: Look, story: Story, parted: Parting | None) -> None:
    now, kpi = story.now, story.kpi
    assert now is not None
    currency = look.house.currency
    head = parted.headline if parted else one.value_line(story, currency)
    st.markdown(f"**{escaped(head)}**")
    for said in (
        _("；").join(part for part in (distance(kpi, now, currency), _small(now.small)) if part),
        _("；").join(part for part in (since(story.misses), longest(story.misses)) if part),
        parted.short if parted else "",
        _("变化：{parts}").format(parts=parted.where) if parted and parted.where else "",
    ):
        if said:
            st.caption(escaped(said))
    with st.container(horizontal=True, gap="medium"):
        frames.link(Link("kpis", address(kpi=kpi.key, view="why"), _("变化分解"), ":material/call_split:"))
        who = _people(look, story, parted)
        if who:
            frames.link(Link("kpis", who, _("背后的客户"), ":material/groups:"))


def _small(small: bool) -> str:
    return _("样本不足") if small else ""


def _people(look: Look, story: Story, parted: Parting | None) -> dict[str, str]:
    """The address of who is behind it: of the branch or manager furthest from the target, or of one's own."""
    kpi = story.kpi
    side = one.worst_side(kpi)
    if not people.listed(look, kpi, side):
        return {}
    if look.below and parted is not None and parted.by == look.below and parted.gap is not None:
        known = look.house.branches if look.below == "branch" else look.house.staff
        group = int(parted.gap.parts[0][0])
        return address(kpi=kpi.key, **{look.below: known[group][0]}, show=side) if group in known else {}
    return {} if look.below == "branch" else address(kpi=kpi.key, show=side)
