"""What moves overall satisfaction: rank correlation with its interval, and each dimension's part of what is explained.

Both are made from counts and sums the database gives, never from the answers one by one. Spearman's ρ takes ties at
their middle rank; its 95 % interval is Fisher's with the variance (1 + ρ²/2) ÷ (n − 3) of Bonett and Wright (2000). The
part is Shapley's share of R² (Lindeman, Merenda, Gold 1980): the gain a dimension brings, averaged over every order of
entering the regression, so that dimensions that go together share what they explain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import atanh, factorial, sqrt, tanh
from typing import Any

import numpy as np

from lib.satisfaction.figures import Interval, Z

#: fewer complete answers say nothing about eight questions at once
LEAST = 30
Cells = Mapping[tuple[int, int], int]  # (score of the dimension, overall score) → answers


@dataclass(frozen=True)
class Driver:
    """A dimension: ρ with its interval over `n` answers; its part of R² (None: too few answered everything)."""

    dimension: str
    rho: Interval
    n: int
    part: float | None = None


def spearman(cells: Cells) -> tuple[Interval, int] | None:
    """ρ with its interval and the answers it rests on; None for fewer than four, or where one side never varies."""
    kept = [(x, y, count) for (x, y), count in cells.items() if count > 0]
    n = sum(count for _x, _y, count in kept)
    if n < 4:
        return None
    weights = np.array([count for _x, _y, count in kept], dtype=float)
    ranks = [_middle_ranks([(side, count) for side, count in zip(sides, weights, strict=True)])
             for sides in ([x for x, _y, _c in kept], [y for _x, y, _c in kept])]  # fmt: skip
    a, b = (rank - np.average(rank, weights=weights) for rank in ranks)
    spread = float((weights * a * a).sum() * (weights * b * b).sum())
    if spread <= 0:
        return None
    rho = float((weights * a * b).sum()) / sqrt(spread)
    return _fisher(max(-1.0, min(1.0, rho)), n), n


def _middle_ranks(values: Sequence[tuple[int, float]]) -> Any:
    """The middle rank of every value among all of them, each standing for so many answers."""
    sizes: dict[int, float] = {}
    for value, count in values:
        sizes[value] = sizes.get(value, 0) + count
    below, at = 0.0, {}
    for value in sorted(sizes):
        at[value] = below + (sizes[value] + 1) / 2
        below += sizes[value]
    return np.array([at[value] for value, _count in values])


def _fisher(rho: float, n: int) -> Interval:
    if abs(rho) >= 1:
        return Interval(rho, rho, rho)
    half = Z * sqrt((1 + rho * rho / 2) / (n - 3)) if n > 3 else float("inf")
    return Interval(rho, tanh(atanh(rho) - half), tanh(atanh(rho) + half))


@dataclass(frozen=True)
class Sums:
    """Σx and Σx·y over the `n` answers that answered everything: of each question of `names`, overall the last."""

    names: tuple[str, ...]
    n: int
    first: tuple[float, ...]
    second: Mapping[tuple[int, int], float]  # (i, j), i ≤ j


def parts(sums: Sums, least: int = LEAST) -> dict[str, float]:
    """Each dimension's part of R² (they add up to it); empty for too few answers, or where nothing varies."""
    if sums.n < least:
        return {}
    matrix, kept = _correlations(sums)
    if not kept:
        return {}
    explained = {chosen: _explained(matrix, chosen) for size in range(len(kept) + 1)
                 for chosen in combinations(range(len(kept)), size)}  # fmt: skip
    found = {}
    for place, name in enumerate(kept):
        others = [one for one in range(len(kept)) if one != place]
        found[name] = sum(
            _weight(size, len(kept)) * (explained[tuple(sorted((*chosen, place)))] - explained[chosen])
            for size in range(len(others) + 1) for chosen in combinations(others, size)
        )  # fmt: skip
    return found


def _weight(size: int, of: int) -> float:
    """How many of the orders of entering have exactly these before."""
    return factorial(size) * factorial(of - size - 1) / factorial(of)


def _correlations(sums: Sums) -> tuple[Any, list[str]]:
    """The correlations of the dimensions that vary, overall the last; nothing where overall does not."""
    size, n = len(sums.names), sums.n
    moments = np.array([[sums.second[min(i, j), max(i, j)] for j in range(size)] for i in range(size)], dtype=float)
    mean = np.array(sums.first, dtype=float) / n
    spread = moments / n - np.outer(mean, mean)
    varies = [i for i in range(size) if spread[i, i] > 1e-12]
    if size - 1 not in varies or len(varies) == 1:
        return spread, []
    deviation = np.sqrt(np.diag(spread)[varies])
    matrix = spread[np.ix_(varies, varies)] / np.outer(deviation, deviation)
    return matrix, [sums.names[i] for i in varies[:-1]]


def _explained(matrix: Any, chosen: tuple[int, ...]) -> float:
    """R² of overall on some dimensions; dimensions that repeat one another are taken as one (pseudo-inverse)."""
    if not chosen:
        return 0.0
    among, with_overall = matrix[np.ix_(chosen, chosen)], matrix[list(chosen), -1]
    return float(with_overall @ np.linalg.pinv(among) @ with_overall)


def drivers(cells: Mapping[str, Cells], sums: Sums, least: int = LEAST) -> list[Driver]:
    """The dimensions by what they explain, the strongest first; ones that cannot be told are left out."""
    share = parts(sums, least)
    found = []
    for dimension, counted in cells.items():
        known = spearman(counted)
        if known is not None:
            found.append(Driver(dimension, known[0], known[1], share.get(dimension)))
    return sorted(found, key=lambda one: (-(one.part or 0), -one.rho.value))
