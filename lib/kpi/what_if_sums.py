"""A what-if in figures: who would move where, and what that makes of every tier, branch and manager's work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lib.kpi.what_if import Move

_DAYS = 365
#: managers told of by name: those whose work would change most
MOST_MANAGERS = 30


@dataclass
class Line:
    """A tier, branch or manager before and after: customers (or those on the list), AUM in base fen, visits a year.

    `came` and `left` count those who move: into and out of a tier or list; for branches and managers of a tier
    change, up and down.
    """

    group: str
    kind: str = ""
    customers_before: int = 0
    customers_after: int = 0
    aum_before: int = 0
    aum_after: int = 0
    visits_before: int = 0
    visits_after: int = 0
    came: int = 0
    left: int = 0


def summary(moves: Sequence[Move], what: str, ranks: Mapping[str, int], days: Mapping[str, int]) -> dict[str, Any]:
    """The document a request keeps: `ways`, `tiers`, `branches`, `managers`.

    `ranks`: tier → place, the highest 0; `days`: tier → days between visits (rule visit.interval_days).
    """
    ways = [[one.kind, one.before, one.after, one.customers, one.aum_fen] for one in _ways(moves)]
    branches = _grouped(moves, lambda one: str(one.branch_id), what, ranks, days)
    managers = _grouped(moves, lambda one: str(one.staff_id), what, ranks, days)
    touched = sorted((one for one in managers if one.came or one.left), key=lambda one: -(one.came + one.left))
    return {
        "what": what,
        "ways": ways,
        "tiers": [asdict(one) for one in _tiers(moves, what, days)],
        "branches": [asdict(one) for one in branches],
        "managers": [asdict(one) for one in touched[:MOST_MANAGERS]],
        "managers_touched": len(touched),
    }


def moved(figures: Mapping[str, Any]) -> tuple[int, int, int]:
    """How many would move up (or onto the list), down (or off it), and their AUM in base fen."""
    came = sum(one["came"] for one in figures["branches"])
    left = sum(one["left"] for one in figures["branches"])
    return came, left, sum(way[4] for way in figures["ways"])


def _ways(moves: Sequence[Move]) -> list[Move]:
    """Those who move, by kind and way, the most first."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in moves:
        if one.before != one.after:
            counted = sums[one.kind, one.before, one.after]
            counted[0] += one.customers
            counted[1] += one.aum_fen
    found = [Move(0, 0, kind, "", before, after, n, aum) for (kind, before, after), (n, aum) in sums.items()]
    return sorted(found, key=lambda one: (-one.customers, one.kind, one.before, one.after))


def _tiers(moves: Sequence[Move], what: str, days: Mapping[str, int]) -> list[Line]:
    """Every tier before and after; of a list, who is on it by tier."""
    lines: dict[tuple[str, str], Line] = {}
    for one in moves:
        was, becomes = (one.before, one.after) if what == "tier" else (one.tier, one.tier)
        _before(lines.setdefault((one.kind, was), Line(was, one.kind)), one, what, days)
        _after(lines.setdefault((one.kind, becomes), Line(becomes, one.kind)), one, what, days)
        if one.before != one.after and what == "tier":
            lines[one.kind, was].left += one.customers
            lines[one.kind, becomes].came += one.customers
        elif one.before != one.after:
            _count(lines[one.kind, was], one.after == "yes", one.customers)
    return [lines[key] for key in sorted(lines)]


def _grouped(
    moves: Sequence[Move], by: Callable[[Move], str], what: str, ranks: Mapping[str, int], days: Mapping[str, int]
) -> list[Line]:
    lines: dict[str, Line] = {}
    for one in moves:
        line = lines.setdefault(by(one), Line(by(one)))
        _before(line, one, what, days)
        _after(line, one, what, days)
        if one.before != one.after:
            up = ranks[one.after] < ranks[one.before] if what == "tier" else one.after == "yes"
            _count(line, up, one.customers)
    return [lines[group] for group in sorted(lines)]


def _before(line: Line, one: Move, what: str, days: Mapping[str, int]) -> None:
    if what == "tier" or one.before == "yes":
        line.customers_before += one.customers
        line.aum_before += one.aum_fen
        line.visits_before += _visits(one.before, one.customers, what, days)


def _after(line: Line, one: Move, what: str, days: Mapping[str, int]) -> None:
    if what == "tier" or one.after == "yes":
        line.customers_after += one.customers
        line.aum_after += one.aum_fen
        line.visits_after += _visits(one.after, one.customers, what, days)


def _visits(tier: str, customers: int, what: str, days: Mapping[str, int]) -> int:
    """Visits a year that a tier's customers are promised; lists promise none."""
    return customers * _DAYS // days[tier] if what == "tier" and days.get(tier) else 0


def _count(line: Line, up: bool, customers: int) -> None:
    if up:
        line.came += customers
    else:
        line.left += customers
