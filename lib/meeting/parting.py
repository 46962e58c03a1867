"""A KPI's change since the last quarter taken apart by groups, rates apart from mix, in steps that add up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lib.kpi.decomposition import Decomposition, added, split
from lib.kpi.findings import because, behind, headline, leading, short, versus
from lib.kpi.gap import Gap, gap
from lib.kpi.periods import side
from lib.kpi.rounding import Shown, in_steps
from lib.kpi.table import has_products
from lib.kpi.wording import Grain, grain
from lib.meeting.ground import Ground
from lib.rulebook import Kpi


@dataclass(frozen=True)
class Parting:
    """One KPI between two quarters by the groups of one dimension."""

    ground: Ground
    kpi: Kpi
    by: str
    exact: Decomposition
    gap: Gap | None

    @cached_property
    def grain(self) -> Grain:
        """The step every part is shown in, the same as on the KPI page."""
        peak = max((abs(one.total) for one in self.exact.effects), default=0)
        if self.kpi.unit == "ratio":
            peak = max(abs(self.exact.before), abs(self.exact.after))
        return grain(self.kpi, max(peak, abs(self.exact.change)), self.ground.currency)

    @cached_property
    def shown(self) -> Shown:
        """The effects in those steps, adding up."""
        return in_steps(self.exact, self.grain.step)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the groups are called, in the order of the effects."""
        return tuple(self.ground.name_of(self.by, one.group) for one in self.exact.effects)

    @cached_property
    def gaps(self) -> dict[int | str, int]:
        """Each group's part of the distance from the target, in the same steps."""
        if self.gap is None:
            return {}
        _total, parts = self.gap.in_steps(self.grain.step)
        return {group: part for (group, _exact), part in zip(self.gap.parts, parts, strict=True)}

    @property
    def where(self) -> str:
        """Which groups made the change: `其中城北支行 +0.3 个百分点`."""
        return leading(self.shown, self.names, self.grain)

    @property
    def against(self) -> str:
        """Who went the other way."""
        return behind(self.shown, self.names, self.grain)

    @property
    def why(self) -> str:
        """Whether groups changed themselves or only their weights."""
        return because(self.shown, self.exact, self.grain)

    @property
    def headline(self) -> str:
        """`客户流失率 2.1%，较上季 +0.4 个百分点`, to the step its parts are told in."""
        ground = self.ground
        now = ground.stories[self.kpi.key].now
        assert now is not None
        form = versus("last", str(ground.quarter.shift(-1)))
        return headline(self.kpi, now, form, self.grain.text(self.shown.change), ground.currency)

    @property
    def short(self) -> str:
        """How far from the target, and whose part that is."""
        if self.gap is None:
            return ""
        total, parts = self.gap.in_steps(self.grain.step)
        names = [self.ground.name_of(self.by, group) for group, _part in self.gap.parts]
        return short(total, parts, names, self.grain)


def parted(ground: Ground, key: str, by: str) -> Parting | None:
    """The parting of a KPI by a dimension; None where its parts are not kept, or do not add up to the whole."""
    story = ground.stories.get(key)
    if story is None or not by or not story.kpi.measures:
        return None
    kpi, quarters = story.kpi, (ground.quarter.shift(-1), ground.quarter)
    now, then = story.now, story.earlier(1)
    if (by not in kpi.by and not (by == "product" and has_products(kpi))) or now is None or then is None:
        return None
    rows = {group: of for (of_key, group), of in ground.groups(by).items() if of_key == key}
    sides = [{group: side(kpi, of, [quarter]) for group, of in rows.items()} for quarter in quarters]
    whole = [side(kpi, story.rows, [quarter]) for quarter in quarters]
    if any(added(parts) != of for parts, of in zip(sides, whole, strict=True)):
        return None
    exact = split(*sides, ratio=bool(kpi.denominator), scale=kpi.scale)
    if exact is None:
        return None
    missed = exact.ratio and now.target is not None
    return Parting(ground, kpi, by, exact, gap(sides[1], now.target or 0, kpi.good, kpi.scale) if missed else None)


def dimensions(ground: Ground) -> tuple[str, ...]:
    """By what figures are taken apart here."""
    return tuple(by for by in (ground.below, "tier", "product") if by)
