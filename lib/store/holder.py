"""Who holds a case: told to one whose case was taken or handed over while they looked at it."""

from __future__ import annotations

from sqlalchemy import select

from lib.store.door import link_of
from lib.store.models import Case, Staff
from lib.store.session import StoreSession


def holder_of(session: StoreSession, number: str) -> str | None:
    """The name of a case's handler, whoever may see the case; None if nobody holds it. Nothing else is told."""
    link = link_of(session)
    case, staff = Case.__table__.c, Staff.__table__.c
    found = link.execute(select(staff.name).where(case.number == number, staff.id == case.handler_id))
    return found.scalar()
