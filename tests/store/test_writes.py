"""Who may write what on whose customers; what is appended stays, what is held does not move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.models import Case, CaseEvent, CaseNumber, Contact, Customer, LifeEvent
from lib.store.outsider import enter_outsider
from lib.store.reveal import locate
from lib.store.rights import writable
from lib.store.scope import PassesBy, Refused
from lib.store.session import Conflict, StoreSession, open_session, save
from tests.cast import (
    C_LIN,
    C_OWN,
    C_POOL,
    CASES,
    CHEN,
    CUSTOMERS,
    FIRM,
    MOMENT,
    OTHER,
    OWN,
    SOUTH,
    STAFF,
    UNASSIGNED,
    ZHANG,
    SmallBank,
    filled,
    identity_of,
    number_of,
    phone_of,
    scope,
)
from tests.store.test_access import CASE, CUSTOMER, NOBODY

WRITERS = {login for login, (_i, _n, role, _b) in STAFF.items() if role in ("manager", "head", "crm")}
CASE_WRITERS = WRITERS | {"care.chen", "care.lin"}
# Whose data each may write, by hand: what they reach in full, if their role writes at all.
MAY = {login: CUSTOMER[login] if login in WRITERS else NOBODY for login in STAFF}


def attempt(login: str, act: Callable[[StoreSession], Any]) -> bool:
    """Whether it was written; refusals are the only other end."""
    try:
        with open_session(scope(login), "test", write=True) as session:
            act(session)
    except (Refused, PassesBy):
        return False
    return True


def row_of(table: Any, customer_id: int) -> Any:
    with bulk("look", write=False) as session:
        return session.scalars(select(table).where(table.customer_id == customer_id)).first()


def note(customer_id: int) -> Callable[[StoreSession], Any]:
    """Change a customer one has got hold of, whether one may or not."""

    def act(session: StoreSession) -> None:
        row = row_of(Customer, customer_id)
        session.add(row)
        row.notes = "改"

    return act


def add(table: Any, customer_id: int, **more: Any) -> Callable[[StoreSession], Any]:
    return lambda session: session.add(filled(table, customer_id=customer_id, **more))


def change_case(case_id: int) -> Callable[[StoreSession], Any]:
    def act(session: StoreSession) -> None:
        row = row_of(Case, CASES[case_id][0])
        session.add(row)
        row.summary = "改"

    return act


@pytest.mark.parametrize("login", list(STAFF))
def test_customers_contacts_and_life_events(bank: SmallBank, login: str) -> None:
    staff = STAFF[login][0]
    for table, act in (
        ("customer", note),
        ("contact", lambda i: add(Contact, i, staff_id=staff)),
        ("life_event", lambda i: add(LifeEvent, i)),
    ):
        written = {i for i in CUSTOMERS if attempt(login, act(i))}
        assert written == MAY[login], table


@pytest.mark.parametrize("login", list(STAFF))
def test_cases_and_their_events(bank: SmallBank, login: str) -> None:
    staff = STAFF[login][0]
    may = CASE[login] if login in CASE_WRITERS else NOBODY
    assert {i for i in CASES if attempt(login, change_case(i))} == may
    assert {i for i in CASES if attempt(login, add(CaseEvent, CASES[i][0], case_id=i, staff_id=staff))} == may


@pytest.mark.parametrize("login", list(STAFF))
def test_everything_else_is_nobody_s_to_write(sqlite_bank: SmallBank, login: str) -> None:
    others = [
        mapper.class_
        for mapper in m.Customer.registry.mappers
        if mapper.class_.__tablename__ not in writable(scope(login).role)
        and mapper.class_ not in (m.AuditEntry, m.AccessEntry)
    ]
    assert [t.__tablename__ for t in others if attempt(login, lambda s, t=t: s.add(filled(t, customer_id=OWN)))] == []


def test_a_reading_session_writes_nothing(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test") as session:
        session.get(Customer, OWN).notes = "改"
        with pytest.raises(PassesBy, match="opened for reading"):
            session.flush()


def test_a_row_is_not_moved_to_another_customer(bank: SmallBank) -> None:
    for field, value in (("customer_id", FIRM), ("customer_id", OTHER), ("id", 7)):
        with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
            contact = session.scalars(select(Contact).where(Contact.customer_id == OWN)).one()
            setattr(contact, field, value)
    for stolen in (OTHER, OWN):
        with pytest.raises((Refused, PassesBy)), open_session(scope("rm.zhang"), "test", write=True) as session:
            row = row_of(Contact, OTHER)
            session.add(row)
            row.customer_id = OWN if stolen == OTHER else row.customer_id
            row.note = "改"


@pytest.mark.parametrize(
    ("field", "value"),
    [("manager_id", ZHANG), ("branch_id", SOUTH), ("merged_into_id", FIRM), ("tier", "private"), ("number", "1"),
     ("name", "别人"), ("phone_hash", "x"), ("identity_sealed", "x"), ("risk_rating", "low")],
)  # fmt: skip
def test_what_an_edit_may_not_change(sqlite_bank: SmallBank, field: str, value: Any) -> None:
    """Not one's own customer, and not a colleague's: head.wang may write all of the branch."""
    with pytest.raises(PassesBy, match=field), open_session(scope("head.wang"), "test", write=True) as session:
        setattr(session.get(Customer, UNASSIGNED), field, value)
    if field == "manager_id":
        assert not attempt("rm.zhang", lambda s: take_over(s, OTHER))
        assert row_of(Customer, OTHER).manager_id != ZHANG


def take_over(session: StoreSession, customer_id: int) -> None:
    row = row_of(Customer, customer_id)
    session.add(row)
    row.manager_id = ZHANG


@pytest.mark.parametrize("field", ["branch_id", "manager_id", "number", "received_at", "first_owner_id", "form_key"])
def test_what_of_a_case_may_not_change(sqlite_bank: SmallBank, field: str) -> None:
    value = datetime(2026, 1, 1, tzinfo=UTC) if field == "received_at" else "9" if field == "number" else 1
    with pytest.raises(PassesBy, match=field), open_session(scope("crm.zhao"), "test", write=True) as session:
        case = session.scalars(select(Case).where(Case.id == C_LIN)).one()
        setattr(case, field, str(value) if field == "form_key" else value)


def test_nothing_is_deleted_by_hand(bank: SmallBank) -> None:
    for table in (Customer, Contact, Case, LifeEvent, CaseEvent):
        with pytest.raises(Refused, match="不能删除"), open_session(scope("crm.zhao"), "test", write=True) as session:
            session.delete(session.scalars(select(table).limit(1)).one())


def test_history_is_not_rewritten(bank: SmallBank) -> None:
    rows = ((CaseEvent, "text", "改"), (CaseNumber, "case_id", 1), (m.AuditEntry, "actor", "x"),
            (m.AccessEntry, "reason", "改"))  # fmt: skip
    for table, field, value in rows:
        with pytest.raises(PassesBy, match="append-only"), open_session(scope("crm.zhao"), "t", write=True) as session:
            setattr(session.scalars(select(table).limit(1)).one(), field, value)


def test_nobody_writes_in_another_s_name(bank: SmallBank) -> None:
    assert not attempt("rm.zhang", add(CaseEvent, OWN, case_id=C_OWN, staff_id=CHEN))
    assert not attempt("rm.zhang", add(m.AuditEntry, OWN, actor_id=CHEN))
    assert not attempt("rm.zhang", add(m.AccessEntry, OWN, actor_id=CHEN))


def case_for(customer_id: int, owner: tuple[int | None, int | None], registrar: int, **changed: Any) -> Any:
    values = dict(customer_id=customer_id, id=9001, number="T1", kind="complaint", state="received",
                  customer_kind="personal", channel="hotline", business="card", reason="service", received_at=MOMENT,
                  manager_id=owner[0], branch_id=owner[1], first_owner_id=registrar)  # fmt: skip
    return Case(**(values | changed))


def register(login: str, customer_id: int, typed: str | None, **changed: Any) -> bool:
    def act(session: StoreSession) -> None:
        found = locate(session, typed) if typed else None
        assert (found is None) is (typed is None)
        _name, _kind, _stage, manager, branch = CUSTOMERS[customer_id]
        session.add(case_for(customer_id, (manager, branch), STAFF[login][0], **changed))
        session.add(CaseNumber(number="T1", customer_id=customer_id, case_id=9001))

    return attempt(login, act)


@pytest.mark.parametrize("typed", [number_of(OTHER), phone_of(OTHER), identity_of(OTHER)])
def test_anyone_may_register_for_an_exactly_located_customer(bank: SmallBank, typed: str) -> None:
    assert register("rm.zhang", OTHER, typed)
    with open_session(scope("rm.zhang"), "test") as session:
        assert session.scalar(select(Case.id).where(Case.id == 9001)) == 9001
        assert session.get(Customer, OTHER) is None, "the case, and nothing else of the customer"
        looked = session.scalars(select(m.AccessEntry).where(m.AccessEntry.what == "locate")).one()
        assert (looked.customer_id, looked.actor) == (OTHER, "rm.zhang")


def test_registering_has_its_limits(bank: SmallBank) -> None:
    assert not register("rm.zhang", OTHER, None), "not located"
    assert not register("rm.zhang", OTHER, number_of(UNASSIGNED)), "another was located"
    assert not register("rm.zhang", OTHER, number_of(OTHER), first_owner_id=CHEN), "in another's name"
    assert not register("rm.zhang", OTHER, number_of(OTHER), state="closed"), "already closed"
    assert not register("rm.zhang", OTHER, number_of(OTHER), manager_id=ZHANG), "as one's own customer's"
    assert not register("rm.zhang", OTHER, number_of(OTHER), branch_id=1), "as one's own branch's"
    assert register("rm.zhang", OWN, None), "one's own customer needs no locating"


@pytest.mark.parametrize("login", ["exec.zhou", "product.he", "check.sun", "legal.qian", "admin.wu"])
def test_who_writes_no_cases_locates_nobody(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused), open_session(scope(login), "test", write=True) as session:
        locate(session, phone_of(OTHER))


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "秦岭", phone_of(OTHER)[:-1], number_of(OTHER)[:-1] + "x", "' OR 1=1 --"]
)
def test_only_an_exact_number_locates(sqlite_bank: SmallBank, typed: str) -> None:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        assert locate(session, typed) is None


def test_an_outsider_is_entered_with_a_case_and_then_left_alone(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        person = enter_outsider(session, "personal", "过客", "13912345678", None)
        session.add(case_for(person.customer_id, (None, None), ZHANG, number="T2"))
        session.flush()
        assert session.get(Customer, person.customer_id) is None
    assert not attempt("rm.zhang", note(person.customer_id))
    assert row_of(Customer, person.customer_id).stage == "outsider"


def test_an_officer_takes_a_case_nobody_holds_and_then_sees_a_narrow_customer(bank: SmallBank) -> None:
    with open_session(scope("care.lin"), "test", write=True) as session:
        assert session.get(Customer, OTHER) is None
        session.scalars(select(Case).where(Case.id == C_POOL)).one().handler_id = STAFF["care.lin"][0]
    with open_session(scope("care.lin"), "test") as session:
        customer = session.get(Customer, OTHER)
        assert (customer.name, customer.notes, customer.income_fen) == ("秦岭", None, None)
    with open_session(scope("care.chen"), "test") as session:
        assert session.scalar(select(Case.id).where(Case.id == C_POOL)) is None


def test_saving_what_was_read_before_another_saved_is_a_conflict(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test") as session:
        read = session.get(Customer, OWN).version
    with open_session(scope("head.wang"), "test", write=True) as session:
        save(session, session.get(Customer, OWN), read, {"notes": "支行长先写", "occupation": "医生"})
    with pytest.raises(Conflict) as met, open_session(scope("rm.zhang"), "test", write=True) as session:
        save(session, session.get(Customer, OWN), read, {"notes": "后写"})
    assert (met.value.theirs, met.value.version) == ({"notes": "支行长先写"}, read + 1)
    stored = row_of(Customer, OWN)
    assert (stored.notes, stored.occupation, stored.version) == ("支行长先写", "医生", read + 1)


def test_saving_nothing_new_writes_nothing(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        row = session.get(Customer, OWN)
        save(session, row, row.version, {"notes": row.notes})
    assert row_of(Customer, OWN).version == 1


def test_a_record_that_left_the_scope_is_not_saved(bank: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "test", write=False) as session:
        row = session.get(Customer, OWN)
    with bulk("a transfer") as job:
        job.get_one(Customer, OWN).manager_id = STAFF["rm.li"][0]
    with pytest.raises(Refused), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.add(row)
        save(session, row, 1, {"notes": "改"})


def test_an_error_in_the_block_writes_nothing(bank: SmallBank) -> None:
    with pytest.raises(ZeroDivisionError), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.get(Customer, OWN).notes = "改"
        session.flush()
        raise ZeroDivisionError
    assert row_of(Customer, OWN).notes == "喜欢喝茶"
