"""A KPI's change taken apart by branch, manager, kind or tier: exact effects, the steps shown, the names of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lib.kpi.decomposition import Decomposition, added, split, with_rest
from lib.kpi.findings import because, behind, distance, headline, leading, sentence, short
from lib.kpi.gap import Gap, gap
from lib.kpi.periods import over, side
from lib.kpi.rounding import Shown, in_steps
from lib.kpi.table import KpiRow
from lib.kpi.wording import Grain, grain
from lib.rulebook import Kpi
from lib.ui.kpis.data import Rows, rows_of
from lib.ui.kpis.look import Look
from lib.ui.kpis.pairs import Pair
from lib.words import name


@dataclass(frozen=True)
class Parting:
    """One KPI between two periods, by groups of one dimension."""

    kpi: Kpi
    by: str
    pair: Pair
    now: KpiRow
    exact: Decomposition
    gap: Gap | None
    names: tuple[str, ...]
    gap_names: tuple[str, ...]
    currency: str

    @cached_property
    def grain(self) -> Grain:
        """The step every part is shown in."""
        peak = max(abs(one.total) for one in self.exact.effects) if self.exact.effects else 0
        if self.kpi.unit == "ratio":  # a density per ten million reads in whole numbers, as the figure itself
            peak = max(abs(self.exact.before), abs(self.exact.after))
        return grain(self.kpi, max(peak, abs(self.exact.change)), self.currency)

    @cached_property
    def shown(self) -> Shown:
        """The effects in those steps, adding up."""
        return in_steps(self.exact, self.grain.step)

    @property
    def headline(self) -> str:
        """`客户流失率 2.1%，较上季 +0.4 个百分点`."""
        return headline(self.kpi, self.now, self.pair.form, self.grain.text(self.shown.change), self.currency)

    @property
    def where(self) -> str:
        """Which groups made the change."""
        return leading(self.shown, self.names, self.grain)

    @cached_property
    def gap_shown(self) -> tuple[int, tuple[int, ...]]:
        """The distance from the target and the parts of its groups, in the same steps."""
        return self.gap.in_steps(self.grain.step) if self.gap is not None else (0, ())

    @property
    def short(self) -> str:
        """How far from the target, and who is; empty where it is met."""
        if self.gap is None or self.now.on_target is not False:
            return ""
        return short(*self.gap_shown, self.gap_names, self.grain)

    @property
    def title(self) -> str:
        """The finding: how far it moved, and where."""
        return sentence(self.headline, self.where)

    @property
    def beside(self) -> str:
        """What else is to be known: the target and how far off, who went the other way, rates or mix."""
        return sentence(
            distance(self.kpi, self.now, self.currency), self.short, behind(self.shown, self.names, self.grain),
            because(self.shown, self.exact, self.grain),
        )  # fmt: skip


def partings(look: Look, kpis: Sequence[Kpi], by: str, pair: Pair) -> dict[str, Parting]:
    """KPI → its parting, where both periods can be told; two reads for any number of KPIs."""
    of = [kpi for kpi in kpis if by in kpi.by or by in ("handler", "product")]
    totals, groups = (rows_of(look, of, pair.quarters, at) for at in ("bank", by))
    found = {kpi.key: _parting(look, kpi, by, pair, totals, groups) for kpi in of}
    return {key: one for key, one in found.items() if one is not None}


def _parting(look: Look, kpi: Kpi, by: str, pair: Pair, totals: Rows, groups: Rows) -> Parting | None:
    whole = totals.get((kpi.key, ""), {})
    now, then = over(kpi, whole, pair.now), over(kpi, whole, pair.then)
    if now is None or then is None or now.value is None or then.value is None:
        return None
    rows = {group: of for (key, group), of in groups.items() if key == kpi.key}
    sides = [{group: side(kpi, of, quarters) for group, of in rows.items()} for quarters in (pair.then, pair.now)]
    whole_sides = [side(kpi, whole, quarters) for quarters in (pair.then, pair.now)]
    if by == "handler":  # the level of officers holds no case that nobody has taken
        sides = [with_rest(parts, of) for parts, of in zip(sides, whole_sides, strict=True)]
    if any(added(parts) != of for parts, of in zip(sides, whole_sides, strict=True)):
        return None  # a quarter was closed before these parts of it were kept: what does not add up is not told
    exact = split(*sides, ratio=bool(kpi.denominator), scale=kpi.scale)
    if exact is None:
        return None
    names = tuple(group_name(look, by, one.group) for one in exact.effects)
    distance_of = gap(sides[1], now.target, kpi.good, kpi.scale) if exact.ratio and now.target is not None else None
    short_of = tuple(group_name(look, by, group) for group, _part in distance_of.parts) if distance_of else ()
    return Parting(kpi, by, pair, now, exact, distance_of, names, short_of, look.house.currency)


def group_name(look: Look, by: str, group: int | str) -> str:
    """What a group is called."""
    families = {"kind": "customer_kind", "tier": "tier", "product": "category"}
    if by in families:
        return name(families[by], str(group))
    return look.name_of(by, group)
