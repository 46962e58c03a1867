"""结构: who the tiers are made of, how much the largest customers hold, who of each opening year is still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.tiers import read
from lib.tiers.read import Group
from lib.ui import charts, frames, picks, quarters
from lib.ui.choices import choice
from lib.ui.frames import Column
from lib.ui.tiers import cohorts, data
from lib.ui.tiers.data import Listed, Part
from lib.ui.tiers.look import Look
from lib.words import _, codes, integer, name, percent, quarter_name


def draw(look: Look) -> None:
    """Profile, concentration, cohorts."""
    st.subheader(_("客户构成"), anchor=False)
    profile(look)
    st.subheader(_("集中度"), anchor=False)
    concentration(look)
    st.subheader(_("开户年份与留存"), anchor=False)
    cohorts.draw(look)


def asked(said: Sequence[str], look: Look) -> tuple[Look, Listed, str, int | None] | None:
    """`top:5`: the customers of the first five percent by AUM."""
    found = {top: n for (_quarter, top), (n, _aum) in _tops(look, (look.run,)).items()}
    if len(said) != 1 or not (said[0].isascii() and said[0].isdecimal()) or int(said[0]) not in found:
        return None
    stored = found[int(said[0])]
    group = Group(top=min(stored, frames.COUNTED_TO + 1))
    return look, group, _("AUM 最高的前 {top}%").format(top=said[0]), stored


def dimension_name(code: str) -> str:
    """What a profile dimension is called."""
    return {"age_band": _("年龄段"), "industry": _("行业"), "size_class": _("企业规模"), "channel": _("偏好渠道")}[code]


def profile(look: Look) -> None:
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
    series = {name("tier", tier): [count.get((bucket, tier), 0) for bucket in buckets] for tier in look.scheme.codes}
    clicked = charts.stacked_bars(_finding(dimension, parts, look.scheme.codes[:2]), list(titles.values()), series,
                                  key=f"tier-profile-{dimension}", horizontal=True, select=True)  # fmt: skip
    chosen = next((bucket for bucket, title in titles.items() if title == clicked), None)
    if picks.picked(f"tier-profile-{dimension}", chosen):
        picks.show(f"bucket:{dimension}:{chosen}")


def concentration(look: Look) -> None:
    """The share of AUM of the first few percent, over time; each of now leads to its people."""
    trail = quarters.up_to(look.runs, look.run)
    held = _tops(look, trail)
    totals = _aum(look, [str(run.quarter) for run in trail])
    now = str(look.run.quarter)
    tops = sorted({top for quarter, top in held if quarter == now})
    if not tops or not totals.get(now):
        frames.empty(_("这个季度没有集中度的统计：没有 AUM，或结账时还没有这项统计。"))
        return
    series = {
        _("前 {top}%").format(top=top): [_share(held.get((str(run.quarter), top)), totals.get(str(run.quarter)))
                                       for run in trail]
        for top in tops
    }  # fmt: skip
    charts.lines(_concentrated(series, tops), [quarter_name(str(run.quarter)) for run in trail], series,
                 key="tier-tops", unit=charts.Unit("percent"), open_last=look.run.running)  # fmt: skip
    rows = [{"top": _("前 {top}%").format(top=top), "customers": held[now, top][0], "aum_fen": held[now, top][1],
             "share": _share(held[now, top], totals[now])} for top in tops]  # fmt: skip
    st.caption(_("选一行看这些客户。各范围按自己的客户排名，支行的前 1% 加起来不是全行的前 1%。"))
    chosen = frames.table(rows, [
        Column("top", _("AUM 最高的客户")), Column("customers", _("客户数"), "integer"),
        Column("aum_fen", "AUM", "money", currency=look.house.currency), Column("share", _("占 AUM"), "share"),
    ], key="tier-tops-table", select=True)  # fmt: skip
    if picks.picked("tier-tops-table", chosen) and chosen is not None:
        picks.show(f"top:{tops[chosen]}")


def _tops(look: Look, runs: Sequence[quarters.Run]) -> dict[tuple[str, int], tuple[int, int]]:
    at = tuple((str(run.quarter), run.version) for run in runs)
    return data.concentration(look.page.scope, look.facts, at)


def _aum(look: Look, asked: Sequence[str]) -> dict[str, int]:
    found = data.by_tier(look.page.scope, tuple(asked), look.scene)
    return {quarter: sum(found.get((quarter, "aum", tier), 0) for tier in look.scheme.codes) for quarter in asked}


def _share(held: tuple[int, int] | None, total: int | None) -> float | None:
    return held[1] / total if held and total else None


def _concentrated(series: Mapping[str, Sequence[float | None]], tops: Sequence[int]) -> str:
    values = next(iter(series.values()))
    known = [value for value in values if value is not None]
    said = _("前 {top}% 的客户持有 {share} 的 AUM").format(top=tops[0], share=percent(known[-1]))
    if len(known) < 2:
        return said
    return _("{said}，期初为 {before}").format(said=said, before=percent(known[0]))


def _in_order(dimension: str, parts: Sequence[Part]) -> list[str]:
    """Buckets as the codes are ordered; those nobody has recorded last."""
    there = {str(part.of) for part in parts}
    known = [code for code in codes(dimension) if code in there]
    return [*known, *sorted(there - set(known) - {read.NONE}), *([read.NONE] if read.NONE in there else [])]


def _finding(dimension: str, parts: Sequence[Part], top: Sequence[str]) -> str:
    """Which bucket holds most of the highest two tiers' customers."""
    sums: dict[str, int] = {}
    for part in parts:
        if part.tier in top:
            sums[str(part.of)] = sums.get(str(part.of), 0) + part.customers
    everyone = sum(sums.values())
    tiers = _("与").join(name("tier", tier) for tier in top)
    if not everyone:
        return _("没有{tiers}客户").format(tiers=tiers)
    most = max(sums, key=lambda bucket: sums[bucket])
    share = percent(sums[most] / everyone)
    said = _("{tiers}客户共 {n} 位，{bucket}最多，占 {share}")
    return said.format(tiers=tiers, n=integer(everyone), bucket=name(dimension, most), share=share)
