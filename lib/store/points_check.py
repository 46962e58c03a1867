"""Whether the points ledger adds up: every transfer sums to zero, every balance is the sum of its entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lib.store.models import PointAccount, PointEntry
from lib.store.points import CUSTOMER
from lib.words import _

_e, _a = PointEntry, PointAccount


@dataclass(frozen=True)
class Fault:
    """Something that does not add up: unbalanced (the sides of a deed) or balance (an account), and by how much."""

    what: str
    customer_id: int
    deed: str
    points: int

    def sentence(self) -> str:
        """The fault for a person."""
        said = {
            "unbalanced": _("积分：客户 {customer} 的 {deed} 两边相差 {points} 分"),
            "balance": _("积分：客户 {customer} 的余额与账簿相差 {points} 分"),
        }[self.what]
        return said.format(customer=self.customer_id, deed=self.deed, points=f"{self.points:+,}")


def faults(session: Session, customers: Sequence[int] | None = None) -> Iterator[Fault]:
    """Every fault of the ledger, or of these customers; nothing when all holds."""
    some = [] if customers is None else [_e.customer_id.in_(list(customers))]
    off = func.sum(_e.points)
    uneven = select(_e.customer_id, _e.deed, off).where(*some).group_by(_e.customer_id, _e.deed).having(off != 0)
    for customer_id, deed, points in session.execute(uneven.order_by(_e.customer_id, _e.deed)):
        yield Fault("unbalanced", customer_id, deed, int(points))
    sums = (
        select(_e.customer_id, func.sum(_e.points).label("points"))
        .where(_e.account == CUSTOMER, *some).group_by(_e.customer_id).subquery()
    )  # fmt: skip
    off_by = func.coalesce(_a.balance, 0) - sums.c.points
    entered = (
        select(sums.c.customer_id, off_by).outerjoin(_a, _a.customer_id == sums.c.customer_id)
        .where(or_(_a.balance.is_(None), off_by != 0)).order_by(sums.c.customer_id)
    )  # fmt: skip
    none = ~select(_e.deed).where(_e.customer_id == _a.customer_id, _e.account == CUSTOMER).exists()
    of = [] if customers is None else [_a.customer_id.in_(list(customers))]
    alone = select(_a.customer_id, _a.balance).where(*of, _a.balance != 0, none).order_by(_a.customer_id)
    for query in (entered, alone):
        for customer_id, points in session.execute(query):
            yield Fault("balance", customer_id, "", int(points))


def totals(session: Session) -> tuple[int, int, int]:
    """How many accounts and transfers there are, and how many points are not used."""
    accounts, points = session.execute(select(func.count(), func.coalesce(func.sum(_a.balance), 0))).one()
    transfers = session.scalar(select(func.count()).select_from(_e).where(_e.account == CUSTOMER)) or 0
    return int(accounts), int(transfers), int(points)
