"""Human numbers of customers and cases: short, with a check digit or the day in them, unique by a registry."""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.store.door import link_of
from lib.store.models import CaseNumber, CustomerNumber


def new_customer_number(session: Session) -> str:
    """A free customer number: nine digits and a Luhn check digit. The caller adds the CustomerNumber row."""
    while True:
        number = checked(secrets.randbelow(900_000_000) + 100_000_000)
        if not _taken(session, CustomerNumber, number):
            return number


def new_case_number(session: Session, kind_letter: str, day: date) -> str:
    """A free case number: letter, day and five digits, such as T261122-40317. The caller adds the CaseNumber row."""
    while True:
        number = f"{kind_letter}{day:%y%m%d}-{secrets.randbelow(100_000):05d}"
        if not _taken(session, CaseNumber, number):
            return number


def checked(digits: int) -> str:
    """The digits with their Luhn check digit, so that a mistyped number finds nobody."""
    total = 0
    for place, figure in enumerate(reversed(str(digits))):
        value = int(figure) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def _taken(session: Session, registry: type[CustomerNumber] | type[CaseNumber], number: str) -> bool:
    """Asked past the scope: a number is taken whoever owns it; a race is settled by the registry's key."""
    link = link_of(session)
    return link.execute(select(registry.number).where(registry.number == number)).first() is not None
