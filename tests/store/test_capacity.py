"""An investor's capacity changes with a questionnaire and in no other way; imports stay free."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.settings import business_now, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.capacity import append_test
from lib.store.ids import new_id
from lib.store.scope import PassesBy, Refused
from lib.store.session import StoreSession, open_session, save
from tests.cast import FIRM, OTHER, OWN, WANG, ZHANG, SmallBank, scope
from tests.products.rows import C1, C4, rows_of, stored

UNTIL = date(2030, 1, 1)


def questionnaire(customer_id: int = OWN, **more: Any) -> m.CapacityTest:
    version = rulebook().entry("capacity.questionnaire", today()).version
    values = {"answers": C4, "score": 79, "level": "C4", "valid_until": UNTIL, "channel": "branch",
              "rule_version": version, "staff_id": ZHANG, "answered_at": business_now()}  # fmt: skip
    return m.CapacityTest(customer_id=customer_id, id=new_id(), **(values | more))


def customer_of(session: StoreSession, customer_id: int = OWN) -> m.Customer:
    return session.scalars(select(m.Customer).where(m.Customer.customer_id == customer_id)).one()


@pytest.fixture(autouse=True)
def untested(bank: SmallBank) -> None:
    with bulk("test") as session:
        for row in session.scalars(select(m.CapacityTest)):
            session.delete(row)


def test_a_questionnaire_gives_the_capacity(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        append_test(session, customer_of(session), questionnaire())
        assert session.released == {}
    assert (stored().risk_capacity, stored().risk_capacity_until) == ("C4", UNTIL)
    with open_session(scope("rm.zhang"), "test", write=True) as session:  # the same again, on the same day
        append_test(session, customer_of(session), questionnaire())
    assert len(rows_of(m.CapacityTest)) == 2


def test_typed_by_hand_it_is_refused(bank: SmallBank) -> None:
    for change in ({"risk_capacity": "C5"}, {"risk_capacity_until": UNTIL}):
        with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
            save(session, customer_of(session), 1, change)
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.released[OWN] = frozenset({"risk_capacity"})  # released, but without a questionnaire
        save(session, customer_of(session), 1, {"risk_capacity": "C5"})
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.entering.add(7777)
        session.add(m.Customer(customer_id=7777, number="X", kind="personal", stage="prospect", name="新",
                               known_since=today(), risk_capacity="C5", manager_id=ZHANG, branch_id=1))  # fmt: skip
    assert stored().risk_capacity is None


def test_not_even_what_two_people_agreed_on_changes_it(bank: SmallBank) -> None:
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.applying.add(OWN)
        save(session, customer_of(session), 1, {"risk_capacity": "C5", "risk_capacity_until": UNTIL})


@pytest.mark.parametrize("lie", [
    {"level": "C5"}, {"score": 80}, {"answers": C1}, {"rule_version": "x"}, {"staff_id": WANG},
    {"answered_at": business_now() + timedelta(hours=1)}, {"valid_until": date(2020, 1, 1)},
])  # fmt: skip
def test_the_level_follows_from_the_answers(bank: SmallBank, lie: dict[str, Any]) -> None:
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        append_test(session, customer_of(session), questionnaire(**lie))
    assert rows_of(m.CapacityTest) == [] and stored().risk_capacity is None


def test_every_question_is_answered(bank: SmallBank) -> None:
    for answers in ({}, {**C4, "loss": "z"}, {key: C4[key] for key in C4 if key != "loss"}, {**C4, "more": "a"}):
        with pytest.raises(Refused), open_session(scope("rm.zhang"), "test", write=True) as session:
            append_test(session, customer_of(session), questionnaire(answers=answers))


def test_a_questionnaire_without_its_capacity_is_refused(bank: SmallBank) -> None:
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.add(questionnaire())


def test_of_another_customer_it_gives_nothing(bank: SmallBank) -> None:
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        append_test(session, customer_of(session), questionnaire(FIRM))
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        append_test(session, customer_of(session, FIRM), questionnaire(FIRM))


def test_what_was_answered_is_not_edited(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        append_test(session, customer_of(session), questionnaire())
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.scalars(select(m.CapacityTest)).one().answers = dict(C1)


@pytest.mark.parametrize(("login", "customer"), [
    ("rm.li", OWN), ("rm.zhang", OTHER), ("legal.qian", OWN), ("care.chen", OWN), ("product.he", OWN),
    ("exec.zhou", OWN), ("admin.wu", OWN), ("check.sun", OWN),
])  # fmt: skip
def test_nobody_writes_one_beyond_their_reach(bank: SmallBank, login: str, customer: int) -> None:
    row = stored(customer)
    with pytest.raises(Refused), open_session(scope(login), "test", write=True) as session:
        session.add(row)
        append_test(session, row, questionnaire(customer, staff_id=scope(login).staff_id))


def test_an_import_brings_what_the_core_system_says(bank: SmallBank) -> None:
    with bulk("import") as session:
        session.get_one(m.Customer, OWN).risk_capacity = "C2"
    assert stored().risk_capacity == "C2"
