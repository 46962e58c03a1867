"""Verified, nothing changed: by whom, on which day, once; and how complete a record is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.customers.refresh import EVENT, KIND, completeness, remind, verify
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import AuditEntry, Customer, DueItem, LifeEvent
from lib.store.session import Conflict, Refused, open_session
from tests.cast import FIRM, GAO, OTHER, OUTSIDER, OWN, PEER, ZHANG, SmallBank, scope


def stored(customer_id: int) -> Customer:
    with bulk("test", write=False) as session:
        return session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one()


def test_it_names_the_person_and_the_day_and_is_a_milestone(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        verify(session, OWN, stored(OWN).version)
    assert (stored(OWN).verified_on, stored(OWN).verified_by) == (today(), ZHANG)
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        verify(session, OWN, stored(OWN).version)
    milestone = select(LifeEvent).where(LifeEvent.customer_id == OWN, LifeEvent.kind == EVENT,
                                        LifeEvent.happened_on == today())  # fmt: skip
    entry = select(AuditEntry).where(AuditEntry.customer_id == OWN, AuditEntry.actor_id == ZHANG)
    with bulk("test", write=False) as session:
        assert len(session.scalars(milestone).all()) == 1
        assert "verified_on" in [key for one in session.scalars(entry) for key in one.after or {}]


def test_who_saved_first_is_not_overwritten(bank: SmallBank) -> None:
    with open_session(scope("head.wang"), "portrait", write=True) as session, pytest.raises(Conflict):
        verify(session, OWN, stored(OWN).version - 1)
    assert stored(OWN).verified_on != today()


@pytest.mark.parametrize(
    ("login", "customer"),
    [("rm.zhang", OTHER), ("rm.zhang", PEER), ("head.zhu", OWN), ("care.chen", OWN), ("check.sun", OWN),
     ("crm.zhao", OUTSIDER), ("legal.qian", OWN), ("exec.zhou", OWN)],
)  # fmt: skip
def test_only_who_may_write_this_customer(bank: SmallBank, login: str, customer: int) -> None:
    with pytest.raises(Refused), open_session(scope(login), "portrait", write=True) as session:
        verify(session, customer, stored(customer).version)


def test_a_head_reminds_the_manager_once(bank: SmallBank) -> None:
    for _time in range(2):
        with open_session(scope("head.wang"), "directory", write=True) as session:
            remind(session, PEER)
    with bulk("test", write=False) as session:
        [item] = session.scalars(select(DueItem).where(DueItem.customer_id == PEER, DueItem.kind == KIND)).all()
    assert (item.owner_id, item.state, item.due_on >= today()) == (GAO, "open", True)


def test_nobody_reminds_of_somebody_elses_customer(bank: SmallBank) -> None:
    with open_session(scope("head.zhu"), "directory", write=True) as session, pytest.raises(Refused):
        remind(session, PEER)


def test_complete_means_every_field_the_rule_names(sqlite_bank: SmallBank) -> None:
    asked = rulebook().value("refresh.fields", today())
    full = Customer(kind="corporate", **dict.fromkeys(asked["corporate"], "x"))
    assert completeness(full, rulebook()) == (len(asked["corporate"]), len(asked["corporate"]), ())
    full.employees, full.address = 0, ""
    found = completeness(full, rulebook())
    assert (found.missing, found.percent) == (("address",), (len(asked["corporate"]) - 1) * 100 // found.asked)


def test_every_field_of_the_rule_is_a_column_with_a_name(sqlite_bank: SmallBank) -> None:
    from lib.words import codes

    for fields in rulebook().value("refresh.fields", today()).values():
        for field in fields:
            assert hasattr(Customer, field)
            assert field in codes("record_field")
    assert completeness(stored(FIRM), rulebook()).missing
