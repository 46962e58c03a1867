"""Two counts compared: how likely a share as lopsided as this one is when the rate has not changed."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, lgamma, log, log1p


def more(this: int, before: int, share: float) -> float:
    """The probability of at least `this` events in one window, of `this + before` in all, at an unchanged rate.

    share: this window's part of the whole exposure, strictly between 0 and 1. Two Poisson counts, given their sum,
    are binomial; the test is exact and one-sided (Przyborowski and Wilenski 1940).
    Raises ValueError for a negative count or a share outside (0, 1).
    """
    _check(this, before, share)
    return _tail(range(this, this + before + 1), this + before, share)


def fewer(this: int, before: int, share: float) -> float:
    """The probability of at most `this` events in the window; see `more`."""
    _check(this, before, share)
    return _tail(range(this, -1, -1), this + before, share)


def adjusted(ps: Sequence[float]) -> list[float]:
    """The q of each p: the share of false alarms among all that are no larger (Benjamini and Hochberg 1995)."""
    total, least = len(ps), 1.0
    qs = [1.0] * total
    for rank, at in reversed(list(enumerate(sorted(range(total), key=ps.__getitem__), start=1))):
        least = min(least, ps[at] * total / rank)
        qs[at] = least
    return qs


def _tail(counts: range, n: int, share: float) -> float:
    return min(1.0, fsum(exp(_log_probability(k, n, share)) for k in counts))


def _log_probability(k: int, n: int, share: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return ways + k * log(share) + (n - k) * log1p(-share)


def _check(this: int, before: int, share: float) -> None:
    if this < 0 or before < 0:
        raise ValueError("a count is never negative")
    if not 0 < share < 1:
        raise ValueError("the share of the exposure lies strictly between 0 and 1")
