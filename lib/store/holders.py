"""Who holds a product, in whole-bank counts: told to who keeps the catalogue and sees no customer."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from lib.store.door import link_of
from lib.store.models import Customer, Holding
from lib.store.session import StoreSession
from lib.store.suitability import capacity_valid


class Holders(NamedTuple):
    """Persons holding a product with the same capacity: `valid` while their questionnaire holds."""

    capacity: str | None
    valid: bool
    customers: int


def holders(session: StoreSession, product_id: int, on: date) -> list[Holders]:
    """The persons who hold a product on a day, by capacity; counts only, whatever the scope."""
    c, held = Customer.__table__.c, Holding.__table__.c
    counted = (
        select(c.risk_capacity, c.risk_capacity_until, func.count(held.customer_id.distinct()))
        .select_from(Holding.__table__.join(Customer.__table__, c.customer_id == held.customer_id))
        .where(held.product_id == product_id, held.started_on <= on, c.kind == "personal",
               or_(held.ended_on.is_(None), held.ended_on > on))
        .group_by(c.risk_capacity, c.risk_capacity_until)
    )  # fmt: skip
    sums: dict[tuple[str | None, bool], int] = {}
    for capacity, until, customers in link_of(session).execute(counted):
        key = (capacity, capacity_valid(capacity, until, on))
        sums[key] = sums.get(key, 0) + customers
    return [Holders(*key, customers) for key, customers in sums.items()]
