"""变动: from which tier to which between any two quarters, as a matrix, a flow, and rows that lead to the people."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.tiers import read
from lib.ui import charts, frames, picks, theme
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.ui.quarters import Run
from lib.ui.tiers import data, spans, steps
from lib.ui.tiers.data import Part
from lib.ui.tiers.look import Look
from lib.ui.tiers.steps import STEPS, TONES, WATCH, Step, step_name, tier_or_none
from lib.words import _, integer, name, percent, quarter_name


def draw(look: Look) -> None:
    """The earlier quarter is chosen; between neighbours refresh has stored the sums, others are computed once."""
    earlier = [run for run in look.runs if run.quarter < look.run.quarter]
    if not earlier:
        frames.empty(_("这是有数据的第一个季度，没有更早的季度可比。"))
        return
    since = _since(earlier)
    parts = parts_of(look, since) if spans.ready(look, since) else None
    if parts is None:
        spans.offer(look, since)
        return
    found = steps.steps_of(look.scheme.codes, parts)
    moved = [step for step in found if step.code != "kept"]
    if not moved:
        frames.empty(_("这两个季度之间没有客户变动层级。"))
        return
    _matrix(look, found, since)
    _flow(look, moved)
    _list(look, moved, since)


def since_of(look: Look) -> Run | None:
    """The earlier quarter that the address names, or the one before."""
    earlier = [run for run in look.runs if run.quarter < look.run.quarter]
    asked = st.query_params.get("since", "")
    return next((run for run in earlier if str(run.quarter) == asked), earlier[0] if earlier else None)


def parts_of(look: Look, since: Run) -> list[Part]:
    """The stored movements since an earlier quarter."""
    if look.neighbours(since):
        return data.movements(look.page.scope, look.facts)
    return data.movements(look.page.scope, look.facts, str(since.quarter), since.version)


def _since(earlier: Sequence[Run]) -> Run:
    named = {str(run.quarter): quarter_name(str(run.quarter)) for run in earlier}
    with st.container(width=260):
        chosen = choice(_("与哪个季度相比"), named, key="since", default=str(earlier[0].quarter))
    return next(run for run in earlier if str(run.quarter) == chosen)


def _matrix(look: Look, found: Sequence[Step], since: Run) -> None:
    codes = look.scheme.codes
    rows, columns = [*codes, WATCH, read.NONE], [*codes, WATCH, read.NONE]
    cells: dict[tuple[str, str], int] = {}
    for step in found:
        cells[step.row, step.column] = cells.get((step.row, step.column), 0) + step.customers
    values = [[cells.get((row, column)) if row != column or row == WATCH else None for column in columns]
              for row in rows]  # fmt: skip
    watch = name("tier_change", WATCH)
    titles = [watch if row == WATCH else tier_or_none(row, _("原非客户")) for row in rows]
    heads = [watch if one == WATCH else tier_or_none(one, _("已离开")) for one in columns]
    told = {"then": quarter_name(str(since.quarter)), "now": quarter_name(str(look.run.quarter))}
    charts.heat(_summary(look, found, since), heads, titles, values, key="tier-moves",
                alt=_("左为 {then} 的层级，上为 {now} 的层级；层级不变的客户不在图内").format(**told))  # fmt: skip
    kept = sum(step.customers for step in found if step.code == "kept")
    everyone = sum(step.customers for step in found if step.before != read.NONE)
    said = _("左为 {then}，上为 {now}；降级观察单列一行一列。层级不变 {n} 位（{share}），未列入图中。")
    unmoved = percent(kept / everyone if everyone else None)
    st.caption(escaped(said.format(n=integer(kept), share=unmoved, **told)))


def _flow(look: Look, moved: Sequence[Step]) -> None:
    codes = look.scheme.codes
    places = [*codes, WATCH, read.NONE]
    flows: dict[tuple[int, int], int] = {}
    for step in moved:
        at = (places.index(step.row), places.index(step.column))
        flows[at] = flows.get(at, 0) + step.customers
    ordered = dict(sorted(flows.items()))
    watch = name("tier_change", WATCH)
    tiers = [name("tier", code) for code in codes]
    paint = [*theme.colours(len(codes)), theme.colours(len(codes) + 1)[-1], theme.CONTEXT]
    charts.sankey(_flow_title(moved), [*tiers, watch, _("原非客户")], [*tiers, watch, _("已离开")], ordered,
                  key="tier-flow", colours=[*paint, *paint])  # fmt: skip


def _flow_title(moved: Sequence[Step]) -> str:
    largest = max(moved, key=lambda step: step.customers)
    return _("最大的一股是{before} → {tier}，{n} 位").format(
        before=steps.place_name(largest.before, largest.was_watch, _("原非客户")),
        tier=steps.place_name(largest.tier, largest.watch, _("已离开")), n=integer(largest.customers))  # fmt: skip


def _list(look: Look, moved: Sequence[Step], since: Run) -> None:
    rows = [
        {"step": (step_name(step.code), TONES[step.code]),
         "before": steps.place_name(step.before, step.was_watch, _("原非客户")),
         "tier": steps.place_name(step.tier, step.watch, _("已离开")), "customers": step.customers,
         "aum_fen": step.aum_fen}
        for step in moved
    ]  # fmt: skip
    columns = [
        Column("step", _("变动"), "badge"), Column("before", quarter_name(str(since.quarter))),
        Column("tier", quarter_name(str(look.run.quarter))), Column("customers", _("客户数"), "integer"),
        Column("aum_fen", "AUM", "money", currency=look.house.currency,
               help=_("留下的按本季，离开的按离开时")),
    ]  # fmt: skip
    st.caption(_("选一行看这些客户。"))
    chosen = frames.table(rows, columns, key="tier-steps", select=True)
    if picks.picked("tier-steps", chosen) and chosen is not None:
        picks.show(moved[chosen].address)


def _summary(look: Look, found: Sequence[Step], since: Run) -> str:
    sums = {code: sum(step.customers for step in found if step.code == code) for code in STEPS}
    said = " · ".join(f"{step_name(code)} {integer(sums[code])}" for code in STEPS[:-1])
    if look.neighbours(since):
        return _("较上季：{steps}").format(steps=said)
    return _("较 {quarter}：{steps}").format(quarter=quarter_name(str(since.quarter)), steps=said)
