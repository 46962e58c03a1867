"""Carrying out what two agreed on: only then, only that customer, and in the name of who consented."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from lib.store.applying import applying
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, Case, ChangeRequest, ChangeStep, Customer
from lib.store.scope import PassesBy
from lib.store.session import Refused, StoreSession, open_session
from tests.cast import C_LIN, C_OWN, CHEN, FORMER, LI, LIN, OWN, PEER, STAFF, WANG, SmallBank, filled, scope

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


def test_a_request_names_only_customers_its_author_reaches(bank: SmallBank) -> None:
    for login, customer, others in (("rm.zhang", 0, [OWN, FORMER]), ("rm.zhang", FORMER, []), ("care.chen", OWN, [])):
        with pytest.raises(Refused), open_session(scope(login), "test", write=True) as session:
            session.add(filled(ChangeRequest, customer_id=customer, id=70, state="pending", kind="transfer",
                               subject="customer", after={"customers": others}, decided_by=None,
                               requested_by=session.scope.staff_id))  # fmt: skip


def test_several_customers_of_one_request_change_together_and_no_other(bank: SmallBank) -> None:
    with bulk("agreed") as session:
        session.add(filled(ChangeRequest, customer_id=0, id=71, state="accepted", after={"customers": [OWN, PEER]},
                           requested_by=WANG, decided_by=ZHOU, stage_role=""))  # fmt: skip
        session.add(filled(ChangeStep, customer_id=0, id=71, request_id=71, staff_id=ZHOU, agreed_by=ZHOU,
                           requested_by=WANG, act="agreed"))  # fmt: skip
    with carrying(71) as session:
        for customer in session.scalars(select(Customer).where(Customer.customer_id.in_([OWN, PEER]))):
            customer.manager_id = LI
    with pytest.raises((PassesBy, Refused)), carrying(71) as session:
        session.scalars(select(Customer).where(Customer.customer_id == FORMER)).one().manager_id = WANG
    with bulk("look", write=False) as whole:
        assert whole.get_one(Customer, OWN).manager_id == LI


def test_not_even_two_people_change_a_number(bank: SmallBank) -> None:
    with bulk("agreed") as session:
        session.add(
            filled(
                ChangeRequest,
                customer_id=OWN,
                id=72,
                state="accepted",
                requested_by=WANG,
                decided_by=ZHOU,
                stage_role="",
            )
        )
        session.add(filled(ChangeStep, customer_id=OWN, id=72, request_id=72, staff_id=ZHOU, agreed_by=ZHOU,
                           requested_by=WANG, act="agreed"))  # fmt: skip
    with pytest.raises(PassesBy), carrying(72) as session:
        session.scalars(select(Customer).where(Customer.customer_id == OWN)).one().number = "X"
