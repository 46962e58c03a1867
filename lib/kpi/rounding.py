"""A decomposition in the steps that are shown: rounded so that every row and every column still adds up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lib.kpi.decomposition import Decomposition


@dataclass(frozen=True)
class Shown:
    """A decomposition in whole steps of what is shown (tenths of a point, 万元): every row and column adds up.

    `rates` and `mixes` stand in the order of the effects; each is its exact value rounded down or up, so that none is
    off by a step or more, and the total is the exact change rounded to the nearest.
    """

    change: int
    rates: tuple[int, ...]
    mixes: tuple[int, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """Each group's contribution."""
        return tuple(rate + mix for rate, mix in zip(self.rates, self.mixes, strict=True))

    @property
    def rate(self) -> int:
        """All rate effects together."""
        return sum(self.rates)

    @property
    def mix(self) -> int:
        """All mix effects together."""
        return sum(self.mixes)


def in_steps(found: Decomposition, step: Fraction) -> Shown:
    """Round to multiples of `step` so that the figures shown add up as the exact ones do.

    Largest remainder, twice: the change over the groups, then what is free over rates and mixes.
    """
    change = round(found.change / step)
    totals = spread([one.total / step for one in found.effects], change)
    exact = [one.rate / step for one in found.effects], [one.mix / step for one in found.effects]
    low = [_floor(rate) for rate in exact[0]], [_floor(mix) for mix in exact[1]]
    left = [total - a - b for total, a, b in zip(totals, *low, strict=True)]  # 0, 1 or 2 steps a group
    rates = [a + (1 if over >= 2 or (over == 1 and mix == b) else 0)
             for a, over, mix, b in zip(low[0], left, exact[1], low[1], strict=True)]  # fmt: skip
    free = [i for i, over in enumerate(left) if over == 1 and exact[0][i] != low[0][i] and exact[1][i] != low[1][i]]
    wanted = max(0, min(len(free), round(found.rate / step) - sum(rates)))
    for i in sorted(free, key=lambda i: (-(exact[0][i] - low[0][i]), i))[:wanted]:
        rates[i] += 1
    return Shown(change, tuple(rates), tuple(total - rate for total, rate in zip(totals, rates, strict=True)))


def spread(values: list[Fraction], total: int) -> list[int]:
    """Whole numbers next to `values` that add up to `total`, their sum rounded: the largest remainders go up."""
    found = [_floor(value) for value in values]
    order = sorted(range(len(values)), key=lambda i: (-(values[i] - found[i]), i))
    for i in order[: total - sum(found)]:
        found[i] += 1
    return found


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator
