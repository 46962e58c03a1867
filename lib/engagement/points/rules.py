"""What is left of points given, the first to expire used first; and how a redemption is shared between records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lib.words import _, codes, name

LONGEST_REASON = 200
MOST_AT_ONCE = 99


def what_of(kind: str, code: str) -> str:
    """What an entry was for, in words: the thing, or the reward; of a correction what it took back."""
    said = name("point_code" if code in codes("point_code") else "reward", code)
    return _("更正：{what}").format(what=said) if kind == "correct" else said


class Lot(NamedTuple):
    """Points that are good until the end of a day."""

    until: date
    points: int


def remaining(given: Iterable[tuple[date, int]], used: int) -> list[Lot]:
    """What is left of points given (last day, points) after `used` were taken, the first to expire first.

    What was used counts against the earliest days whenever it was taken: so points outlive their day only in the
    customer's favour, and what is left always adds up to the balance.
    """
    left = []
    for until, points in sorted(given):
        gone = min(points, used)
        used -= gone
        if points > gone:
            left.append((until, points - gone))
    sums: dict[date, int] = {}
    for until, points in left:
        sums[until] = sums.get(until, 0) + points
    return [Lot(until, points) for until, points in sums.items()]


def shares(lots: Mapping[int, Sequence[Lot]], points: int) -> dict[int, int]:
    """How much each record of one customer gives to a redemption: whatever expires first, whichever record it is on.

    `lots` are what each record (customer id) has left. Less than `points` where there is less.
    """
    all_lots = sorted((lot.until, customer_id, lot.points) for customer_id, own in lots.items() for lot in own)
    found: dict[int, int] = {}
    for _until, customer_id, has in all_lots:
        part = min(has, points)
        points -= part
        if part:
            found[customer_id] = found.get(customer_id, 0) + part
    return found


def affordable(prices: Mapping[str, int], balance: int) -> list[str]:
    """The rewards a balance reaches, by code, the dearest first."""
    within = [(price, code) for code, price in prices.items() if price <= balance]
    return [code for _price, code in sorted(within, reverse=True)]
