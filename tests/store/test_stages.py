"""A customer's stage moves through one door: who may, from where to where, and nothing else with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Assignment, AuditEntry, Customer
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, StoreSession, open_session
from lib.store.stages import held_customer, move_stage
from tests.cast import GAO, LI, NORTH, OUTSIDER, OWN, PROSPECT, SOUTH, STAFF, SmallBank, filled, scope
from tests.store.test_together import at_once

OPENED = date(2026, 3, 10)


def stored(customer_id: int) -> Customer:
    with bulk("look", write=False) as session:
        return session.get_one(Customer, customer_id)


def moved(login: str, customer_id: int, stage: str, opened_on: date | None = None, version: int = 1) -> None:
    with open_session(scope(login), "portrait", write=True) as session:
        move_stage(session, held_customer(session, customer_id, version), stage, opened_on)


@pytest.mark.parametrize("login", list(STAFF))
def test_who_moves_whom(bank: SmallBank, login: str) -> None:
    may = {PROSPECT: {"rm.gao", "head.wang", "crm.zhao"}, OUTSIDER: {"crm.zhao"}}
    for customer_id, stage, day in ((PROSPECT, "customer", OPENED), (OUTSIDER, "prospect", None)):
        if login in may[customer_id]:
            moved(login, customer_id, stage, day)
        else:
            with pytest.raises(Refused):
                moved(login, customer_id, stage, day)
        assert (stored(customer_id).stage == stage) is (login in may[customer_id])


def test_a_move_writes_the_stage_and_the_day_and_is_in_the_trail(bank: SmallBank) -> None:
    before = vars(stored(PROSPECT)).copy()
    moved("rm.gao", PROSPECT, "customer", OPENED)
    after = vars(stored(PROSPECT))
    changed = {key for key in before if key != "_sa_instance_state" and before[key] != after[key]}
    assert changed == {"stage", "opened_on", "version"}
    with bulk("look", write=False) as session:
        of_it = (AuditEntry.customer_id == PROSPECT, AuditEntry.table == "customer")
        entry = session.scalars(select(AuditEntry).where(*of_it).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None and (entry.actor_id, entry.after) == (
            GAO, {"stage": "customer", "opened_on": "2026-03-10"}
        )  # fmt: skip


@pytest.mark.parametrize(
    ("customer", "stage", "day"),
    [
        (PROSPECT, "former", None),
        (PROSPECT, "outsider", None),
        (PROSPECT, "prospect", None),
        (PROSPECT, "customer", None),  # without its day
        (OUTSIDER, "customer", OPENED),
        (OUTSIDER, "prospect", OPENED),  # with a day that is none of it
        (OWN, "customer", OPENED),
        (OWN, "prospect", None),
    ],
)
def test_any_other_move_is_none(sqlite_bank: SmallBank, customer: int, stage: str, day: date | None) -> None:
    before = stored(customer).stage
    with pytest.raises(PassesBy):
        moved("crm.zhao", customer, stage, day)
    assert stored(customer).stage == before


@pytest.mark.parametrize(("field", "value"), [("stage", "customer"), ("opened_on", OPENED)])
def test_without_the_door_neither_column_moves(bank: SmallBank, field: str, value: Any) -> None:
    with pytest.raises(PassesBy, match=field), open_session(scope("crm.zhao"), "portrait", write=True) as session:
        setattr(session.get(Customer, PROSPECT), field, value)


@pytest.mark.parametrize(("field", "value"), [("risk_rating", "low"), ("manager_id", LI), ("closed_on", OPENED)])
def test_nothing_else_slips_through_with_it(bank: SmallBank, field: str, value: Any) -> None:
    with pytest.raises(PassesBy, match=field), open_session(scope("crm.zhao"), "portrait", write=True) as session:
        customer = held_customer(session, PROSPECT, 1)
        setattr(customer, field, value)
        move_stage(session, customer, "customer", OPENED)
    assert stored(PROSPECT).stage == "prospect"


def test_the_door_closes_behind_the_move(bank: SmallBank) -> None:
    def again(session: StoreSession, customer: Customer) -> None:
        customer.opened_on = OPENED - timedelta(days=1)

    def owner(session: StoreSession, customer: Customer) -> None:
        session.add(filled(Assignment, customer_id=PROSPECT, id=9, manager_id=GAO, branch_id=NORTH, until_day=None))

    for act in (again, owner):
        with pytest.raises((PassesBy, Refused)), open_session(scope("rm.gao"), "portrait", write=True) as session:
            customer = held_customer(session, PROSPECT, 1)
            move_stage(session, customer, "customer", OPENED)
            act(session, customer)
            session.flush()
    assert stored(PROSPECT).stage == "prospect"


def test_ownership_begins_with_the_owner_where_there_is_no_history(bank: SmallBank) -> None:
    with bulk("no history") as session:
        for one in session.scalars(select(Assignment).where(Assignment.customer_id == PROSPECT)):
            session.delete(one)
    moved("head.wang", PROSPECT, "customer", OPENED)
    with bulk("look", write=False) as session:
        (row,) = session.scalars(select(Assignment).where(Assignment.customer_id == PROSPECT)).all()
        assert (row.manager_id, row.branch_id, row.since_day, row.until_day) == (GAO, NORTH, OPENED, None)


def test_a_history_of_owners_stays_as_it_is(bank: SmallBank) -> None:
    moved("rm.gao", PROSPECT, "customer", today())
    with bulk("look", write=False) as session:
        assert len(session.scalars(select(Assignment).where(Assignment.customer_id == PROSPECT)).all()) == 1


def test_no_history_of_owners_is_written_for_another_owner(bank: SmallBank) -> None:
    with pytest.raises(PassesBy), open_session(scope("rm.gao"), "portrait", write=True) as session:
        session.released[PROSPECT] = frozenset({"stage"})
        session.add(filled(Assignment, customer_id=PROSPECT, id=9, manager_id=LI, branch_id=SOUTH))


def test_of_two_who_move_one_the_second_is_told(bank: SmallBank) -> None:
    days = (OPENED, OPENED + timedelta(days=1))
    people = ("rm.gao", "head.wang")
    answers = at_once(2, lambda place: moved(people[place], PROSPECT, "customer", days[place]))
    (told,) = [answer for answer in answers if answer is not None]
    assert isinstance(told, Conflict) and told.theirs["stage"] == "customer"
    assert told.theirs["opened_on"] == stored(PROSPECT).opened_on


def test_a_merged_record_does_not_move(bank: SmallBank) -> None:
    with bulk("merge") as session:
        session.get_one(Customer, PROSPECT).merged_into_id = OWN
    with pytest.raises(Refused):
        moved("crm.zhao", PROSPECT, "customer", OPENED, stored(PROSPECT).version)
