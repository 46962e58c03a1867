"""Why a figure moved between two periods, group by group: rates apart from mix, in exact fractions (管理 §8.1).

A ratio of sums is a weighted mean, R = Σ wᵢ rᵢ, with the group's own rate rᵢ = numerator ÷ denominator and its share
wᵢ = denominator ÷ Σ denominators. Its change is told as

    rate effect  w̄ᵢ (rᵢ′ − rᵢ)              the group itself became better or worse
    mix effect   (wᵢ′ − wᵢ)(r̄ᵢ − R̄)         the group became a larger or smaller part of the whole

where a bar is the mean of both periods. This is the symmetric, midpoint split of Marshall (1887) and Edgeworth: no
interaction term is left over, and exchanging the periods changes every sign and nothing else. Shares add up to one in
both periods, so that Σ (wᵢ′ − wᵢ) R̄ = 0: measuring a group against the overall mean R̄ keeps the sum exact and makes
it tell the truth about direction (a growing group with a rate below the mean pulls the whole down). Kitagawa (1955),
J. Amer. Stat. Assoc. 50:1168, gives the same components for two populations.

A group that is new or has gone has one rate only: all of its effect is mix. What stands in a numerator without a
denominator of its group (complaints of no branch among customers of branches) changed by itself: it is rate. A plain
count has no rates: its groups contribute their differences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

ZERO = Fraction(0)
HALF = Fraction(1, 2)
Group = int | str


@dataclass(frozen=True)
class Side:
    """One group in one period: what is counted (less what is subtracted), and what it is divided by."""

    numerator: int = 0
    denominator: int = 0

    @property
    def rate(self) -> Fraction | None:
        """The group's own figure; None where there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True)
class Effect:
    """What one group did to the whole, in the KPI's unit; `before` and `after` are its own figures."""

    group: Group
    before: Fraction | None
    after: Fraction | None
    share_before: Fraction
    share_after: Fraction
    rate: Fraction
    mix: Fraction

    @property
    def total(self) -> Fraction:
        """Its whole contribution to the change."""
        return self.rate + self.mix


@dataclass(frozen=True)
class Decomposition:
    """A change and its effects, which add up to it exactly; the largest contribution first. `ratio`: not a count."""

    before: Fraction
    after: Fraction
    effects: tuple[Effect, ...]
    ratio: bool

    @property
    def change(self) -> Fraction:
        """How far the whole moved."""
        return self.after - self.before

    @property
    def rate(self) -> Fraction:
        """What groups did by becoming better or worse themselves."""
        return sum((one.rate for one in self.effects), ZERO)

    @property
    def mix(self) -> Fraction:
        """What came of their weights."""
        return sum((one.mix for one in self.effects), ZERO)


def of_ratio(before: Mapping[Group, Side], after: Mapping[Group, Side], scale: int = 1) -> Decomposition | None:
    """The change of Σ numerators ÷ Σ denominators × scale; None where one period has nothing to divide by."""
    whole = added(before), added(after)
    if not whole[0].denominator or not whole[1].denominator:
        return None
    first, last = (Fraction(one.numerator, one.denominator) for one in whole)
    middle = (first + last) * HALF
    effects = [
        _effect(group, before.get(group, Side()), after.get(group, Side()), whole, middle, scale)
        for group in _groups(before, after)
    ]
    return Decomposition(first * scale, last * scale, _ordered(effects), ratio=True)


def of_count(before: Mapping[Group, int], after: Mapping[Group, int]) -> Decomposition:
    """The change of a sum: each group contributes its own difference."""
    effects = []
    for group in _groups(before, after):
        then, now = before.get(group, 0), after.get(group, 0)
        effects.append(Effect(group, Fraction(then), Fraction(now), ZERO, ZERO, Fraction(now - then), ZERO))
    return Decomposition(
        Fraction(sum(before.values())), Fraction(sum(after.values())), _ordered(effects), ratio=False
    )  # fmt: skip


def _effect(group: Group, then: Side, now: Side, whole: tuple[Side, Side], middle: Fraction, scale: int) -> Effect:
    weights = Fraction(then.denominator, whole[0].denominator), Fraction(now.denominator, whole[1].denominator)
    parts = Fraction(then.numerator, whole[0].denominator), Fraction(now.numerator, whole[1].denominator)
    total = parts[1] - parts[0] - (weights[1] - weights[0]) * middle
    if then.rate is not None and now.rate is not None:
        rate = (weights[0] + weights[1]) * HALF * (now.rate - then.rate)
    else:  # of a period without a denominator only what stood there all the same
        rate = (ZERO if now.denominator else parts[1]) - (ZERO if then.denominator else parts[0])
    own = [None if side.rate is None else side.rate * scale for side in (then, now)]
    return Effect(group, own[0], own[1], *weights, rate * scale, (total - rate) * scale)


def added(sides: Mapping[Group, Side]) -> Side:
    """All groups together."""
    return Side(sum(one.numerator for one in sides.values()), sum(one.denominator for one in sides.values()))


def with_rest(sides: Mapping[Group, Side], whole: Side) -> dict[Group, Side]:
    """The groups, and under 0 what of the whole belongs to none of them."""
    known = added(sides)
    rest = Side(whole.numerator - known.numerator, whole.denominator - known.denominator)
    return dict(sides) if rest == Side() else {**sides, 0: rest}


def _groups(before: Mapping[Group, object], after: Mapping[Group, object]) -> list[Group]:
    return sorted({*before, *after}, key=str)


def _ordered(effects: list[Effect]) -> tuple[Effect, ...]:
    return tuple(sorted(effects, key=lambda one: (-abs(one.total), str(one.group))))


def split(before: Mapping[Group, Side], after: Mapping[Group, Side], *, ratio: bool, scale: int = 1
          ) -> Decomposition | None:  # fmt: skip
    """The decomposition of a ratio or of a count over the same groups."""
    if ratio:
        return of_ratio(before, after, scale)
    then, now = ({group: one.numerator for group, one in sides.items()} for sides in (before, after))
    return of_count(then, now)
