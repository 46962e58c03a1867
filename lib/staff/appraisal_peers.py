"""Peers of a card: where a score stands among those of the same post, told without naming anybody."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles
from typing import Any


def peers(scores: Sequence[int], mine: int | None, least: int) -> dict[str, Any]:
    """Where a score stands among those of the same post (its own included): place, median, quartiles.

    Fewer than `least` are not told apart: only how many there are.
    """
    known = sorted(scores, reverse=True)
    if len(known) < max(least, 2):
        return {"n": len(known), "small": True}
    first, middle, third = (round(one) for one in quantiles(known, n=4, method="inclusive"))
    place = None if mine is None else 1 + sum(score > mine for score in known)
    return {"n": len(known), "small": False, "median": middle, "q1": first, "q3": third, "place": place}
