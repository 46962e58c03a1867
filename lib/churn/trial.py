"""How well a score tells who will be lost: exact figures from how many of each score were kept and lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

TOP = 100
_TENTHS = 10
_BP, _HUNDRED = 10_000, 100
#: parts of a history: all of it, what weights may be set on, and what only tests them
PARTS = ("whole", "earlier", "test")


@dataclass(frozen=True)
class Counts:
    """Customers by score (0–100) and by what became of them in the quarter after."""

    kept: tuple[int, ...] = (0,) * (TOP + 1)
    lost: tuple[int, ...] = (0,) * (TOP + 1)

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        kept = tuple(a + b for a, b in zip(self.kept, other.kept, strict=True))
        return Counts(kept, tuple(a + b for a, b in zip(self.lost, other.lost, strict=True)))

    @property
    def customers(self) -> int:
        """All of them."""
        return sum(self.kept) + sum(self.lost)

    def flagged(self, flag_from: int) -> tuple[int, int]:
        """How many had at least this score, and how many of those were lost."""
        lost = sum(self.lost[flag_from:])
        return sum(self.kept[flag_from:]) + lost, lost


def counts_of(rows: Iterable[tuple[int, int, int]]) -> Counts:
    """Counts from rows of score, outcome (1: lost) and number."""
    kept, lost = [0] * (TOP + 1), [0] * (TOP + 1)
    for score, gone, number in rows:
        (lost if gone else kept)[score] += number
    return Counts(tuple(kept), tuple(lost))


def auc(counts: Counts) -> Fraction | None:
    """The chance that one who was lost had the higher score than one who stayed; a tie counts half.

    None where nobody was lost or everybody was.
    """
    pairs = sum(counts.kept) * sum(counts.lost)
    below, halves = 0, 0
    for kept, lost in zip(counts.kept, counts.lost, strict=True):
        halves += lost * (2 * below + kept)
        below += kept
    return Fraction(halves, 2 * pairs) if pairs else None


def lift(counts: Counts) -> Fraction | None:
    """The share lost in the tenth with the highest scores against that of all; None where nobody was lost.

    Where the tenth ends within one score, that score's customers count in proportion.
    """
    all_lost, room = sum(counts.lost), Fraction(counts.customers, _TENTHS)
    if not all_lost:
        return None
    found = Fraction(0)
    for kept, lost in zip(reversed(counts.kept), reversed(counts.lost), strict=True):
        there = kept + lost
        taken = min(room, Fraction(there))
        found += Fraction(lost) * taken / there if there else 0
        room -= taken
    return found * _TENTHS / all_lost


def tenths(counts: Counts) -> list[dict[str, int]]:
    """The calibration, lowest first: customers and lost by tenths of the ranking; one score is never torn apart.

    Each has `from` and `to` (scores), `customers`, `lost`; scores shared by many make fewer than ten.
    """
    found: dict[int, dict[str, int]] = {}
    below, everyone = 0, counts.customers
    for score, (kept, lost) in enumerate(zip(counts.kept, counts.lost, strict=True)):
        there = kept + lost
        if not there:
            continue
        place = min(_TENTHS - 1, _TENTHS * (2 * below + there) // (2 * everyone))
        group = found.setdefault(place, {"from": score, "to": score, "customers": 0, "lost": 0})
        group |= {"to": score, "customers": group["customers"] + there, "lost": group["lost"] + lost}
        below += there
    return list(found.values())


def rounded(value: Fraction | None, parts: int) -> int:
    """A figure in so many parts of one, halves up; 0 where there is none (nobody was lost)."""
    return 0 if value is None else int(value * parts + Fraction(1, 2))


def auc_bp(counts: Counts) -> int:
    """`auc` in ten-thousandths."""
    return rounded(auc(counts), _BP)


def lift_hundredths(counts: Counts) -> int:
    """`lift` times 100."""
    return rounded(lift(counts), _HUNDRED)


def split(quarters: list[str], test: int) -> dict[str, list[str]]:
    """The quarters of each of PARTS, in order of time: the last `test` of them only test.

    A history too short to leave any before those has no parts but the whole.
    """
    if len(quarters) <= test:
        return {"whole": quarters}
    return {"whole": quarters, "earlier": quarters[:-test], "test": quarters[-test:]}
