"""A complaint to work with, and ways to look at it past every scope."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from lib.complaints.rules import ComplaintForm
from lib.complaints.write import Registration, register
from lib.settings import business_now
from lib.store.bulk import bulk
from lib.store.models import Case, CaseEvent
from lib.store.session import open_session
from tests.cast import OWN, number_of, scope


def registration(**changes: Any) -> Registration:
    """A complaint of the cast's first customer; `changes` by field of the registration or of its form."""
    form = ComplaintForm(
        customer_kind="personal", complainant="欧阳小明", channel="branch", business="debit_card", reason="fees",
        summary="被多收了年费", demand="退回年费", received_at=business_now(),
    )  # fmt: skip
    own = {name: value for name, value in changes.items() if hasattr(Registration, name)}
    rest = {name: value for name, value in changes.items() if name not in own}
    return Registration(replace(form, **rest), **{"customer": number_of(OWN), **own})


@pytest.fixture
def registered() -> Callable[..., str]:
    """`registered(login, key=…, **changes)`: the number of a new complaint."""

    def make(login: str = "care.chen", key: str = "", **changes: Any) -> str:
        with open_session(scope(login), "complaints", write=True) as session:
            return register(session, registration(**changes), key or uuid.uuid4().hex)

    return make


def stored(number: str) -> Case:
    """The case as it stands, whoever may see it."""
    with bulk("look", write=False) as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def history(number: str) -> list[CaseEvent]:
    """Its events, oldest first."""
    with bulk("look", write=False) as session:
        events = select(CaseEvent).join(Case, Case.id == CaseEvent.case_id).where(Case.number == number)
        return list(session.scalars(events.order_by(CaseEvent.at, CaseEvent.id)))
