"""What a change says, in sentences made from its figures alone: how far, where, by rate or mix, and since when."""

from __future__ import annotations

from collections.abc import Sequence

from lib import words
from lib.kpi.decomposition import Decomposition
from lib.kpi.rounding import Shown
from lib.kpi.streaks import Misses, Run
from lib.kpi.table import KpiRow
from lib.kpi.wording import Grain, shown, target_text
from lib.rulebook import Kpi
from lib.words import _, integer, translate

#: groups named in a sentence
MOST_NAMED = 2


def versus(mode: str, quarter: str) -> str:
    """What a change is measured against, to be filled with it: `mode` is last | year | any (the quarter's name)."""
    if mode == "any":
        return _("较{period} {change}").format(period=words.quarter_name(quarter), change="{change}")
    return _("同比 {change}") if mode == "year" else _("较上季 {change}")


def headline(kpi: Kpi, now: KpiRow, form: str, said: str, currency: str) -> str:
    """`客户流失率 2.1%，较上季 +0.4 个百分点`; `form` is what `versus` gave, `said` the change with its unit."""
    parts = [f"{translate(kpi.title)} {shown(now, kpi, currency)}", form.format(change=said)]
    return _("，").join(parts)


def leading(found: Shown, names: Sequence[str], grain: Grain) -> str:
    """Whose contributions made the change: `其中城北支行 +0.3 个百分点、城南支行 +0.1 个百分点`.

    Those that went the way of the whole, the largest first; where the whole stood still, the largest either way.
    `names`: of the groups, in the order of the decomposition. Empty where one group is the whole.
    """
    totals = found.totals
    if len(names) < 2 or not any(totals):
        return ""
    if found.change:
        way = 1 if found.change > 0 else -1
        order = sorted((i for i, n in enumerate(totals) if n * way > 0), key=lambda i: -abs(totals[i]))
        return _("其中{parts}").format(parts=_listed(order, totals, names, grain))
    up, down = (max(range(len(totals)), key=lambda i: way * totals[i]) for way in (1, -1))
    return _("其中{parts}相互抵消").format(parts=_listed([up, down], totals, names, grain))


def because(found: Shown, exact: Decomposition, grain: Grain) -> str:
    """Whether groups changed themselves or only their weights: `各组自身 +0.5 个百分点，构成变化 -0.1 个百分点`."""
    if not exact.ratio or len(exact.effects) < 2 or not (found.rate or found.mix):
        return ""
    return _("各组自身的变化 {rate}，构成的变化 {mix}").format(rate=grain.text(found.rate), mix=grain.text(found.mix))


def short(total: int, parts: Sequence[int], names: Sequence[str], grain: Grain) -> str:
    """How far from the target, and whose part that is: `与目标相差 -2.8 个百分点，其中城中支行 -1.9 个百分点`.

    `parts` and `names`: of the groups, the furthest on the wrong side first. Only those on that side are named.
    """
    if not total:
        return ""
    said = _("与目标相差 {gap}").format(gap=grain.text(total))
    wrong = [i for i, part in enumerate(parts) if part * total > 0]
    if len(names) < 2 or not wrong:
        return said
    return said + _("，") + _("其中{parts}").format(parts=_listed(wrong, parts, names, grain))


def behind(found: Shown, names: Sequence[str], grain: Grain) -> str:
    """Who went against the whole, if somebody did: `城东支行 -0.2 个百分点，方向相反`."""
    if not found.change:
        return ""
    way = 1 if found.change > 0 else -1
    order = sorted((i for i, n in enumerate(found.totals) if n * way < 0), key=lambda i: -abs(found.totals[i]))
    if not order:
        return ""
    return _("{parts}，方向相反").format(parts=_listed(order, found.totals, names, grain))


def since(found: Misses) -> str:
    """For how long the target has been missed: `连续 3 季未达标，自 2026 年一季度起`."""
    run = found.current
    if run is None:
        return ""
    if run.length == 1:
        return _("本季未达标") + (_("，此前没有可比的季度") if run.open else "")
    began = _("，至少自 {quarter}起") if run.open else _("，自 {quarter}起")
    return (_("连续 {n} 季未达标") + began).format(n=integer(run.length), quarter=words.quarter_name(run.first))


def longest(found: Misses) -> str:
    """The longest run of misses there was, where it is not the one that lasts."""
    run = found.longest
    if run is None or run == found.current or run.length < 2:
        return ""
    return _("最长连续 {n} 季未达标（{span}）").format(n=integer(run.length), span=_span(run))


def distance(kpi: Kpi, now: KpiRow, currency: str) -> str:
    """The target and whether it is met: `目标 ≤ 1.5%，未达标`."""
    if now.target is None or now.on_target is None:
        return ""
    said = _("目标 {value}").format(value=target_text(kpi, now.target, currency))
    return said + _("，") + (_("达标") if now.on_target else _("未达标"))


def sentence(*parts: str) -> str:
    """Clauses as one sentence; empty ones are left out."""
    return _("；").join(part for part in parts if part)


def _span(run: Run) -> str:
    return f"{words.quarter_name(run.first)} – {words.quarter_name(run.last)}"


def _listed(order: Sequence[int], totals: Sequence[int], names: Sequence[str], grain: Grain) -> str:
    return _("、").join(f"{names[i]} {grain.text(totals[i])}" for i in order[:MOST_NAMED])
