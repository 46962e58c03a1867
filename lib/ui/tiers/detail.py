"""Who the tiers are made of, and who moved between them since the quarter before."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lib.tiers import read
from lib.ui import charts, frames, picks
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.tiers import data
from lib.ui.tiers.data import Part
from lib.ui.tiers.look import Look
from lib.ui.tiers.overview import Line
from lib.words import _, codes, integer, name, percent

STEPS = ("upgraded", "downgraded", "watch", "entered", "left", "kept")
_TONES = {"upgraded": "good", "downgraded": "watch", "watch": "watch", "entered": "main", "left": "context"}


@dataclass(frozen=True)
class Step:
    """Customers who made one step: from which tier to which, and what that is called."""

    code: str
    before: str
    tier: str
    customers: int
    aum_fen: int

    @property
    def address(self) -> str:
        """How the address names these customers."""
        return f"move:{self.before}:{self.tier}" + (":watch" if self.code == "watch" else "")


def profile(look: Look, found: list[Line]) -> None:
    """Tiers by one dimension of the profile; choosing a bar leads to its customers."""
    named = {code: dimension_name(code) for code, kinds in read.DIMENSIONS.items() if look.kind in kinds}
    dimension = choice(_("按什么看"), named, key="by", default=next(iter(named)), segments=True)
    parts = data.profile(look.page.scope, look.facts, dimension)
    buckets = _in_order(dimension, parts)
    if not buckets:
        frames.empty(_("这个范围内没有客户。"))
        return
    count = {(part.of, part.tier): part.customers for part in parts}
    titles = {str(bucket): name(dimension, str(bucket)) for bucket in buckets}
    series = {line.title: [count.get((bucket, line.tier), 0) for bucket in buckets] for line in found}
    clicked = charts.stacked_bars(_finding(dimension, parts, found), list(titles.values()), series,
                                  key=f"tier-profile-{dimension}", horizontal=True, select=True)  # fmt: skip
    chosen = next((bucket for bucket, title in titles.items() if title == clicked), None)
    if picks.picked(f"tier-profile-{dimension}", chosen):
        picks.show(f"bucket:{dimension}:{chosen}")


def dimension_name(code: str) -> str:
    """What a profile dimension is called."""
    return {"age_band": _("年龄段"), "industry": _("行业"), "size_class": _("企业规模"), "channel": _("偏好渠道")}[code]


def movements(look: Look, found: list[Line]) -> None:
    """From which tier to which: the whole as a map of who moved, every step as a row that leads to its customers."""
    if look.before is None:
        frames.empty(_("这是有数据的第一个季度，没有上季可比。"))
        return
    steps = steps_of(look, data.movements(look.page.scope, look.facts))
    moved = [step for step in steps if step.code != "kept"]
    if not moved:
        frames.empty(_("本季没有客户变动层级。"))
        return
    left, right = st.columns([3, 2])
    with left:
        _map(look, steps, found)
    with right:
        _list(look, moved)


def steps_of(look: Look, parts: list[Part]) -> list[Step]:
    """The stored movements with what each is called, the largest first."""
    steps = [Step(_code(look, part), str(part.of), part.tier, part.customers, part.aum_fen) for part in parts]
    return sorted(steps, key=lambda step: (-step.customers, step.before, step.tier, step.code))


def step_name(code: str) -> str:
    """What a step is called."""
    return {"entered": _("新进入"), "left": _("已离开")}.get(code) or name("tier_change", code)


def tier_or_none(code: str, absent: str) -> str:
    """A tier's name, or what stands for not being a customer."""
    return absent if code == read.NONE else name("tier", code)


def _map(look: Look, steps: list[Step], found: list[Line]) -> None:
    tiers = [line.tier for line in found]
    rows, columns = [*tiers, read.NONE], [*tiers, "watch", read.NONE]
    cells: dict[tuple[str, str], int] = {}
    for step in steps:
        at = (step.before, "watch" if step.code == "watch" else step.tier)
        cells[at] = cells.get(at, 0) + step.customers
    values = [[cells.get((row, column)) if row != column else None for column in columns] for row in rows]
    titles = [tier_or_none(row, _("原非客户")) for row in rows]
    heads = [step_name("watch") if one == "watch" else tier_or_none(one, _("已离开")) for one in columns]
    charts.heat(_summary(steps), heads, titles, values, key="tier-moves",
                alt=_("上季层级在左，本季层级在上；层级不变的客户不在图内"))  # fmt: skip
    kept = sum(step.customers for step in steps if step.code == "kept")
    everyone = sum(step.customers for step in steps if step.before != read.NONE)
    st.caption(_("左为上季，上为本季。层级不变 {n} 位（{share}），未列入图中。").format(
        n=integer(kept), share=percent(kept / everyone if everyone else None)))  # fmt: skip


def _list(look: Look, moved: list[Step]) -> None:
    rows = [
        {"step": (step_name(step.code), _TONES[step.code]), "before": tier_or_none(step.before, _("原非客户")),
         "tier": tier_or_none(step.tier, _("已离开")), "customers": step.customers, "aum_fen": step.aum_fen}
        for step in moved
    ]  # fmt: skip
    columns = [
        Column("step", _("变动"), "badge"), Column("before", _("上季")), Column("tier", _("本季")),
        Column("customers", _("客户数"), "integer"), Column("aum_fen", "AUM", "money", currency=look.house.currency),
    ]  # fmt: skip
    chosen = frames.table(rows, columns, key="tier-steps", select=True)
    if picks.picked("tier-steps", chosen) and chosen is not None:
        picks.show(moved[chosen].address)


def _summary(steps: list[Step]) -> str:
    sums = {code: sum(step.customers for step in steps if step.code == code) for code in STEPS}
    said = [f"{step_name(code)} {integer(sums[code])}" for code in STEPS[:-1]]
    return _("较上季：{steps}").format(steps=" · ".join(said))


def _code(look: Look, part: Part) -> str:
    if part.of == read.NONE:
        return "entered"
    if part.tier == read.NONE:
        return "left"
    if part.of == part.tier:
        return "watch" if part.watch else "kept"
    rank = look.scheme.codes.index
    known = part.of in look.scheme.codes and part.tier in look.scheme.codes
    return "upgraded" if not known or rank(part.tier) < rank(str(part.of)) else "downgraded"


def _in_order(dimension: str, parts: list[Part]) -> list[str]:
    """Buckets as the codes are ordered; those nobody has recorded last."""
    there = {str(part.of) for part in parts}
    known = [code for code in codes(dimension) if code in there]
    return [*known, *sorted(there - set(known) - {read.NONE}), *([read.NONE] if read.NONE in there else [])]


def _finding(dimension: str, parts: list[Part], found: list[Line]) -> str:
    """Which bucket holds most of the highest two tiers' customers."""
    top = {line.tier for line in found[:2]}
    sums: dict[str, int] = {}
    for part in parts:
        if part.tier in top:
            sums[str(part.of)] = sums.get(str(part.of), 0) + part.customers
    everyone = sum(sums.values())
    tiers = _("与").join(line.title for line in found[:2])
    if not everyone:
        return _("没有{tiers}客户").format(tiers=tiers)
    most = max(sums, key=lambda bucket: sums[bucket])
    return _("{tiers}客户中，{bucket}最多，占 {share}").format(
        tiers=tiers, bucket=name(dimension, most), share=percent(sums[most] / everyone))  # fmt: skip
