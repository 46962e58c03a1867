"""Carrying out what two agreed on: only then, only that customer, and in the name of who consented."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from lib.store.applying import applying
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, Case, ChangeRequest, ChangeStep
from lib.store.scope import PassesBy
from lib.store.session import Refused, StoreSession, open_session
from tests.cast import C_LIN, C_OWN, CHEN, FORMER, LIN, OWN, STAFF, SmallBank, filled, scope

ZHOU = STAFF["exec.zhou"][0]


@pytest.fixture
def agreed(bank: SmallBank) -> SmallBank:
    """The leadership agreed to request 2 of the cast, a longer term of the former customer's case."""
    with bulk("agree") as session:
        request = session.get_one(ChangeRequest, (FORMER, 2))
        request.state, request.decided_by, request.stage_role = "accepted", ZHOU, "leadership"
        session.add(filled(ChangeStep, customer_id=FORMER, id=50, request_id=2, staff_id=ZHOU, agreed_by=ZHOU,
                           requested_by=LIN, act="agreed"))  # fmt: skip
    return bank


@contextmanager
def carrying(request_id: int = 2) -> Iterator[StoreSession]:
    with open_session(scope("exec.zhou"), "approvals", write=True) as session:
        request = session.scalars(select(ChangeRequest).where(ChangeRequest.id == request_id)).one()
        with applying(session, request):
            yield session


def case_of(session: StoreSession, case_id: int) -> Case | None:
    return session.scalars(select(Case).where(Case.id == case_id)).one_or_none()


def test_leadership_see_no_case_until_they_carry_one_out(agreed: SmallBank) -> None:
    with open_session(scope("exec.zhou"), "approvals") as session:
        assert case_of(session, C_LIN) is None
    with carrying() as session:
        found = case_of(session, C_LIN)
        assert found is not None
        found.extension = "complex"
    with bulk("look", write=False) as whole:
        assert whole.get_one(Case, (FORMER, C_LIN)).extension == "complex"
        entry = select(AuditEntry).where(AuditEntry.table == "case", AuditEntry.actor_id == ZHOU)
        assert whole.scalars(entry).one().after == {"extension": "complex"}


def test_another_customer_s_case_stays_as_it_is(agreed: SmallBank) -> None:
    with pytest.raises((PassesBy, Refused)), carrying() as session:
        other = case_of(session, C_OWN)
        assert other is not None
        other.extension = "complex"


def test_afterwards_the_scope_is_what_it_was(agreed: SmallBank) -> None:
    with open_session(scope("exec.zhou"), "approvals", write=True) as session:
        request = session.scalars(select(ChangeRequest).where(ChangeRequest.id == 2)).one()
        with applying(session, request):
            pass
        assert session.scope == scope("exec.zhou") and session.applying == set()
        assert case_of(session, C_LIN) is None


def test_what_nobody_agreed_on_is_not_carried_out(bank: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "approvals", write=True) as session:
        request = session.get_one(ChangeRequest, (OWN, 1))
        with pytest.raises(PassesBy), applying(session, request):
            pass


def test_a_longer_term_is_never_an_edit(bank: SmallBank) -> None:
    with (
        pytest.raises(PassesBy, match="extension"),
        open_session(scope("care.chen"), "complaints", write=True) as session,
    ):
        case = case_of(session, C_OWN)
        assert case is not None and case.handler_id == CHEN
        case.extension = "complex"
        session.flush()
