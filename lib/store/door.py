"""The store's own way to the connection of a session: for what must be read or written whatever the scope."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lib.store.models import AuditHead, Customer


def link_of(session: Session) -> Connection:
    """The connection of a session's transaction; it narrows nothing, so it stays inside lib/store."""
    return Session.connection(session, {"mapper": AuditHead})


def owner_of(session: Session, customer_id: int) -> tuple[int | None, int | None]:
    """Manager and branch of a customer as stored, whatever the scope; none of a person who is being entered."""
    customer = Customer.__table__.c
    owner = select(customer.manager_id, customer.branch_id).where(customer.customer_id == customer_id)
    row = link_of(session).execute(owner).one_or_none()
    return (None, None) if row is None else (row.manager_id, row.branch_id)
