"""One person or firm under several numbers: nothing is moved when they are merged, reads follow the pointer."""

from __future__ import annotations

from sqlalchemy import select

from lib.store.models import Customer
from lib.store.session import StoreSession


def family_of(session: StoreSession, customer_id: int) -> tuple[int, ...]:
    """The customer and all that were merged into it, itself first, within the scope."""
    merged = select(Customer.customer_id).where(Customer.merged_into_id == customer_id).order_by(Customer.customer_id)
    return customer_id, *session.scalars(merged)


def merged_numbers(session: StoreSession, customer_id: int) -> list[str]:
    """The numbers a customer had before the merge."""
    merged = select(Customer.number).where(Customer.merged_into_id == customer_id).order_by(Customer.number)
    return list(session.scalars(merged))
