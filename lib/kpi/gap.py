"""Where a target is missed: what each group adds to the distance from it, in exact fractions that add up.

The distance of a ratio of sums from its target is Σ (numeratorᵢ − target × denominatorᵢ) ÷ Σ denominators: a group
contributes its share times its own distance. Unlike the parts of a change it needs one period only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lib.kpi.decomposition import Group, Side
from lib.kpi.rounding import spread


@dataclass(frozen=True)
class Gap:
    """The figure less its target, and the part of each group of it, the furthest on the wrong side first."""

    total: Fraction
    parts: tuple[tuple[Group, Fraction], ...]

    def in_steps(self, step: Fraction) -> tuple[int, tuple[int, ...]]:
        """Total and parts in whole steps that add up."""
        total = round(self.total / step)
        return total, tuple(spread([part / step for _group, part in self.parts], total))


def gap(sides: Mapping[Group, Side], target: float, good: str, scale: int = 1) -> Gap | None:
    """The distance from a target (in the KPI's unit) by groups; None where there is nothing to divide by."""
    whole = sum(one.denominator for one in sides.values())
    if not whole:
        return None
    wanted = Fraction(str(target))  # as it was written, not as a computer keeps it
    parts = [
        (group, (one.numerator * scale - wanted * one.denominator) / Fraction(whole)) for group, one in sides.items()
    ]
    wrong = -1 if good == "up" else 1
    ordered = sorted(parts, key=lambda part: (-wrong * part[1], str(part[0])))
    return Gap(sum((part for _group, part in parts), Fraction(0)), tuple(ordered))
