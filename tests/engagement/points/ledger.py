"""A ledger to test on: the cast without any points, what somebody was given, and whether all adds up."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, select

from lib.engagement.points.read import lots
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import PointAccount, PointEntry
from lib.store.points import CUSTOMER, last_day, pair
from lib.store.points_check import faults


def empty() -> None:
    """Nobody has points."""
    with bulk("test") as session:
        session.rows(delete(PointEntry))
        session.rows(delete(PointAccount))


def given(
    customer_id: int, points: int, until: date | None = None, *, deed: str = "", booked: date | None = None
) -> str:
    """Let a customer have earned points, as the jobs book it; the deed's name."""
    until = until or last_day(today())
    with bulk("test") as session:
        account = session.get(PointAccount, customer_id)
        if account is None:
            account = PointAccount(customer_id=customer_id, balance=0)
            session.add(account)
            session.flush()
        named = deed or f"survey:{until}-{account.balance}"
        session.add_all(pair(customer_id, named, "earn", points, code="survey", booked_on=today(),
                             happened_on=today(), expires_on=until))  # fmt: skip
        account.balance += points
        session.flush()
        left = lots(session, [customer_id])[customer_id]  # type: ignore[arg-type]
        account.expiring_on, account.expiring = left[0] if left else (None, 0)
    return named


def balances() -> dict[int, int]:
    """Every account's balance."""
    with bulk("test", write=False) as session:
        return dict(session.execute(select(PointAccount.customer_id, PointAccount.balance)).all())


def sides(customer_id: int) -> list[tuple[Any, ...]]:
    """A customer's entries: deed, account, points."""
    e = PointEntry
    with bulk("test", write=False) as session:
        rows = select(e.deed, e.account, e.points).where(e.customer_id == customer_id)
        return sorted(tuple(row) for row in session.execute(rows))


def adds_up() -> bool:
    """Whether every transfer sums to zero, every balance is the sum of its entries, and none is below zero."""
    with bulk("test", write=False) as session:
        return not list(faults(session)) and all(has >= 0 for has in balances().values())


def taken_of(code: str) -> int:
    """How much of a reward has left, by the entries."""
    e = PointEntry
    with bulk("test", write=False) as session:
        return sum(n or 0 for n in session.scalars(select(e.quantity).where(e.code == code, e.account == CUSTOMER)))
