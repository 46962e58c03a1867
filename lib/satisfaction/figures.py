"""Shares with their uncertainty: how far off a figure from so few answers may be (domain §8)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: of 95 intervals in 100 the true share lies within
Z = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """A figure and the 95 % interval about it, all three in the figure's unit."""

    value: float
    low: float
    high: float


def wilson(good: int, n: int) -> Interval | None:
    """A share with Wilson's interval, which stays within 0 and 1 and is right for few answers; None for none."""
    if n <= 0:
        return None
    share, z2 = good / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def nps(promoters: int, detractors: int, n: int) -> Interval | None:
    """The net promoter score in points with its interval: Var = 100² · (p + d − (p − d)²) ÷ n; None for no answers."""
    if n <= 0:
        return None
    p, d = promoters / n, detractors / n
    half = Z * 100 * sqrt(max(0.0, p + d - (p - d) ** 2) / n)
    score = 100 * (p - d)
    return Interval(score, max(-100.0, score - half), min(100.0, score + half))


def differ(one: Interval, other: Interval) -> bool:
    """Whether two figures differ by more than chance would: their intervals do not meet (a cautious test)."""
    return one.high < other.low or other.high < one.low
