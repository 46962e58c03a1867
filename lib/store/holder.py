"""Who holds a case, and whose a customer is: told whatever the scope, and nothing else."""

from __future__ import annotations

from sqlalchemy import select

from lib.store import door
from lib.store.door import link_of
from lib.store.models import Case, Staff
from lib.store.session import StoreSession


def holder_of(session: StoreSession, number: str) -> str | None:
    """The name of a case's handler, whoever may see the case; None if nobody holds it. Nothing else is told."""
    link = link_of(session)
    case, staff = Case.__table__.c, Staff.__table__.c
    found = link.execute(select(staff.name).where(case.number == number, staff.id == case.handler_id))
    return found.scalar()


def owner_of(session: StoreSession, customer_id: int) -> tuple[int | None, int | None]:
    """Manager and branch of a customer, to whom a new case of theirs belongs; none of a person being entered."""
    return door.owner_of(session, customer_id)
