"""What became of those who came beside those who were asked and did not: a comparison, and no effect.

Who comes to an event is not drawn by lot: the two groups differ before it, so their levels before stand beside the
change. From stored quarter facts, in one aggregate query.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

from sqlalchemy import BigInteger, Float, Select, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from lib.store.models import CustomerQuarter, Invitation
from lib.store.session import StoreSession

#: below so many a figure is shown greyed (domain §8)
LEAST = 10
_FEN, _Z = 100.0, 1.96


@dataclass(frozen=True)
class Group:
    """Guests with facts in both quarters: sums before and after in fen and product categories; squares in yuan²."""

    n: int
    aum_before: int
    aum_after: int
    products_before: int
    products_after: int
    squares: float

    @property
    def mean_before(self) -> float:
        """Average AUM before, in fen."""
        return self.aum_before / self.n if self.n else 0.0

    @property
    def mean_change(self) -> float:
        """Average change of AUM, in fen."""
        return (self.aum_after - self.aum_before) / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """Sample variance of the change, in fen²; 0 for fewer than two."""
        if self.n < 2:
            return 0.0
        mean = self.mean_change / _FEN
        return max(0.0, self.squares - self.n * mean * mean) / (self.n - 1) * _FEN * _FEN

    @property
    def few(self) -> bool:
        """Whether too few to be shown as more than a hint."""
        return self.n < LEAST


@dataclass(frozen=True)
class Comparison:
    """Those who came beside those who did not, between two quarters."""

    came: Group
    stayed_away: Group

    @property
    def difference(self) -> float:
        """Change of who came less change of who did not, in fen a customer."""
        return self.came.mean_change - self.stayed_away.mean_change

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the difference (Welch, normal); None where either group is too few."""
        if self.came.few or self.stayed_away.few:
            return None
        half = _Z * sqrt(self.came.variance / self.came.n + self.stayed_away.variance / self.stayed_away.n)
        return self.difference - half, self.difference + half


NOBODY = Group(0, 0, 0, 0, 0, 0.0)


def compare(session: StoreSession, event_id: int, before: tuple[str, int], after: tuple[str, int]) -> Comparison:
    """Read the comparison of an event between two published versions (quarter, version), within the reader's reach."""
    found = {bool(row.came): row for row in session.execute(_sums(event_id, before, after))}
    groups = {
        came: Group(row.n, row.aum_before, row.aum_after, row.products_before, row.products_after, row.squares or 0.0)
        for came, row in found.items()
    }
    return Comparison(groups.get(True, NOBODY), groups.get(False, NOBODY))


def _sums(event_id: int, before: tuple[str, int], after: tuple[str, int]) -> Select:
    i, then, now = Invitation, aliased(CustomerQuarter), aliased(CustomerQuarter)
    came = case((i.state == "attended", 1), else_=0).label("came")
    change = cast(now.aum_fen - then.aum_fen, Float) / _FEN

    def of(table: Any, which: tuple[str, int]) -> Any:
        return and_(table.customer_id == i.customer_id, table.quarter == which[0], table.version == which[1])

    def summed(column: Any) -> Any:
        return cast(func.sum(column), BigInteger)

    return (
        select(
            came, cast(func.count(), BigInteger).label("n"), summed(then.aum_fen).label("aum_before"),
            summed(now.aum_fen).label("aum_after"), summed(then.categories).label("products_before"),
            summed(now.categories).label("products_after"), func.sum(change * change).label("squares"),
        )
        .select_from(i).join(then, of(then, before)).join(now, of(now, after))
        .where(i.event_id == event_id).group_by(came)
    )  # fmt: skip
