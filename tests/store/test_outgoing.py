"""What a person may write of messages and campaigns: in the own name, within reach, only forward, never too often."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.scope import PassesBy, Refused
from lib.store.session import Conflict, StoreSession, open_session, save
from tests.care.writing import clean, given
from tests.cast import CUSTOMERS, FIRM, NORTH, OTHER, OWN, STAFF, SmallBank, filled, scope
from tests.store.test_access import CUSTOMER, NOBODY
from tests.store.test_writes import WRITERS, attempt

MAY = {login: CUSTOMER[login] if login in WRITERS else NOBODY for login in STAFF}


@pytest.fixture(autouse=True)
def nobody_written_to(request: pytest.FixtureRequest) -> None:
    if "bank" in request.fixturenames or "sqlite_bank" in request.fixturenames:
        request.getfixturevalue("bank" if "bank" in request.fixturenames else "sqlite_bank")
        clean()


def row(login: str, customer_id: int, **more: Any) -> m.Message:
    said = {"customer_id": customer_id, "id": None, "occasion": "birthday", "state": "queued", "text": "您好",
            "send_on": today(), "staff_id": STAFF[login][0], "branch_id": CUSTOMERS[customer_id][4]}  # fmt: skip
    made = {key: value for key, value in {**said, **more}.items() if key != "id" or value is not None}
    one = filled(m.Message, **{"id": 0, **made})
    if "id" not in more:
        one.id = None
    return one


def add(login: str, customer_id: int, **more: Any) -> Any:
    return lambda session: session.add(row(login, customer_id, **more))


@pytest.mark.parametrize("login", list(STAFF))
def test_whom_each_may_write_to(bank: SmallBank, login: str) -> None:
    assert {one for one in CUSTOMERS if attempt(login, add(login, one))} == MAY[login]


@pytest.mark.parametrize(
    "wrong",
    [{"staff_id": STAFF["rm.gao"][0]}, {"state": "sent"}, {"state": "taken"}, {"state": "cancelled"},
     {"branch_id": 2}, {"failure": "x"}, {"gateway_reference": "x"}, {"send_on": today() - timedelta(days=1)}],
)  # fmt: skip
def test_a_message_begins_queued_in_the_own_name(sqlite_bank: SmallBank, wrong: dict[str, Any]) -> None:
    assert not attempt("rm.zhang", add("rm.zhang", OWN, **wrong))


def test_who_asked_to_be_left_alone_gets_service_only(sqlite_bank: SmallBank) -> None:
    given(OWN, do_not_contact=True)
    assert not attempt("rm.zhang", add("rm.zhang", OWN))
    assert attempt("rm.zhang", add("rm.zhang", OWN, occasion="service"))


@pytest.mark.parametrize(("days", "state", "may"), [
    (0, "queued", False), (6, "sent", False), (-6, "delivered", False), (7, "queued", True), (-7, "taken", True),
    (3, "cancelled", True), (3, "failed", True),
])  # fmt: skip
def test_nobody_twice_within_the_gap(sqlite_bank: SmallBank, days: int, state: str, may: bool) -> None:
    with bulk("test") as session:
        session.add(row("rm.gao", OWN, id=5, state=state, send_on=today() + timedelta(days=days)))
    assert attempt("rm.zhang", add("rm.zhang", OWN)) is may
    assert attempt("rm.zhang", add("rm.zhang", OWN, occasion="service"))


def test_two_in_one_transaction_are_two(sqlite_bank: SmallBank) -> None:
    def both(session: StoreSession) -> None:
        session.add(row("rm.zhang", OWN))
        session.add(row("rm.zhang", FIRM))
        session.flush()
        session.add(row("rm.zhang", OWN))

    assert not attempt("rm.zhang", both)


def test_of_two_at_once_one_is_refused(bank: SmallBank) -> None:
    start, ends = threading.Barrier(2), []

    def write(login: str) -> None:
        start.wait()
        try:
            with open_session(scope(login), "test", write=True) as session:
                session.add(row(login, OWN))
            ends.append("written")
        except Refused:
            ends.append("refused")

    both = [threading.Thread(target=write, args=(login,)) for login in ("rm.zhang", "crm.zhao")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(ends) == ["refused", "written"]


def stored(customer_id: int, staff: str, state: str = "queued") -> None:
    with bulk("test") as session:
        session.add(row(staff, customer_id, id=9, state=state))


def change(customer_id: int, **values: Any) -> Any:
    def act(session: StoreSession) -> None:
        one = session.scalars(select(m.Message).where(m.Message.customer_id == customer_id)).one_or_none()
        if one is None:
            raise Refused
        save(session, one, one.version, values)

    return act


@pytest.mark.parametrize(("login", "may"), [
    ("rm.zhang", True), ("rm.gao", False), ("head.wang", True), ("head.zhu", False), ("crm.zhao", True),
    ("legal.qian", False), ("exec.zhou", False), ("care.chen", False),
])  # fmt: skip
def test_who_may_cancel(sqlite_bank: SmallBank, login: str, may: bool) -> None:
    stored(OWN, "rm.zhang")
    assert attempt(login, change(OWN, state="cancelled")) is may


def test_a_colleague_of_the_same_reach_may_not_cancel(sqlite_bank: SmallBank) -> None:
    stored(OWN, "head.wang")
    assert not attempt("rm.zhang", change(OWN, state="cancelled"))


@pytest.mark.parametrize("state", ["taken", "sent", "delivered", "failed", "cancelled"])
@pytest.mark.parametrize("to", ["queued", "taken", "sent", "delivered", "failed", "cancelled"])
def test_a_person_moves_nothing_the_gateway_has(sqlite_bank: SmallBank, state: str, to: str) -> None:
    stored(OWN, "rm.zhang", state)
    attempt("rm.zhang", change(OWN, state=to))
    with bulk("look", write=False) as session:
        assert session.scalars(select(m.Message.state)).one() == state


@pytest.mark.parametrize("to", ["taken", "sent", "delivered", "failed"])
def test_only_the_gateway_sends(sqlite_bank: SmallBank, to: str) -> None:
    stored(OWN, "rm.zhang")
    assert not attempt("rm.zhang", change(OWN, state=to))


@pytest.mark.parametrize("values", [{"text": "别的"}, {"failure": "x"}, {"channel": "email"},
                                    {"send_on": today() + timedelta(days=3)},
                                    {"state": "cancelled", "gateway_reference": "x"}])  # fmt: skip
def test_the_rest_of_a_message_stays(sqlite_bank: SmallBank, values: dict[str, Any]) -> None:
    stored(OWN, "rm.zhang")
    assert not attempt("rm.zhang", change(OWN, **values))


def test_the_gateway_wins_over_who_cancels(bank: SmallBank) -> None:
    stored(OWN, "rm.zhang")
    with open_session(scope("rm.zhang"), "test") as session:
        read = session.scalars(select(m.Message).where(m.Message.customer_id == OWN)).one()
    with bulk("outbox") as session:
        session.execute(update(m.Message).values(state="taken", version=m.Message.version + 1))
    with pytest.raises(Conflict), open_session(scope("rm.zhang"), "test", write=True) as session:
        save(session, session.get_one(m.Message, (OWN, read.id)), read.version, {"state": "cancelled"})


def test_leadership_reads_no_texts(bank: SmallBank) -> None:
    stored(OTHER, "rm.li")
    with open_session(scope("exec.zhou"), "test") as session:
        found = session.execute(select(m.Message.text, m.Customer.name).join(
            m.Customer, m.Customer.customer_id == m.Message.customer_id)).one()  # fmt: skip
    assert found.text is None and "秦岭" not in found.name


@pytest.mark.parametrize("login", ["rm.gao", "rm.li", "care.chen", "product.he", "admin.wu"])
def test_nobody_reads_messages_beyond_the_own_reach(bank: SmallBank, login: str) -> None:
    stored(OWN, "rm.zhang")
    with open_session(scope(login), "test") as session:
        assert session.scalars(select(m.Message)).all() == []


def campaign(login: str, **more: Any) -> m.Campaign:
    staff, _name, _role, branch = STAFF[login]
    return filled(m.Campaign, **{"id": 50, "owner_id": staff, "branch_id": branch, "state": "draft", **more})


@pytest.mark.parametrize("login", list(STAFF))
def test_who_may_begin_a_campaign(sqlite_bank: SmallBank, login: str) -> None:
    assert attempt(login, lambda session: session.add(campaign(login))) is (login in WRITERS)


@pytest.mark.parametrize("wrong", [{"owner_id": 13}, {"branch_id": 2}, {"state": "queued"}, {"state": "cancelled"}])
def test_a_campaign_begins_as_an_own_draft(sqlite_bank: SmallBank, wrong: dict[str, Any]) -> None:
    assert not attempt("rm.zhang", lambda session: session.add(campaign("rm.zhang", **wrong)))


@pytest.mark.parametrize(("state", "values", "may"), [
    ("draft", {"text": "另一句"}, True), ("draft", {"state": "queued"}, True), ("draft", {"state": "cancelled"}, True),
    ("queued", {"counts": {"queued": 3}}, True), ("queued", {"state": "cancelled"}, True),
    ("queued", {"text": "另一句"}, False), ("queued", {"query": {"kind": "corporate"}}, False),
    ("queued", {"state": "draft"}, False), ("cancelled", {"state": "queued"}, False),
    ("cancelled", {"counts": {"queued": 3}}, False), ("draft", {"owner_id": 13}, False),
])  # fmt: skip
def test_a_campaign_only_goes_forward(sqlite_bank: SmallBank, state: str, values: dict[str, Any], may: bool) -> None:
    with bulk("test") as session:
        session.add(campaign("rm.zhang", state=state))

    def act(session: StoreSession) -> None:
        one = session.get_one(m.Campaign, 50)
        save(session, one, one.version, values)

    assert attempt("rm.zhang", act) is may


def test_a_campaign_is_changed_by_its_owner_alone(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        session.add(campaign("rm.zhang"))

    def act(session: StoreSession) -> None:
        one = session.get(m.Campaign, 50)
        if one is None:
            raise Refused
        save(session, one, one.version, {"state": "cancelled"})

    assert [login for login in ("head.wang", "rm.gao", "crm.zhao", "rm.zhang") if attempt(login, act)] == ["rm.zhang"]


def test_the_refusal_of_a_foreign_name_is_no_sentence(sqlite_bank: SmallBank) -> None:
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.add(row("rm.zhang", OWN, staff_id=STAFF["rm.gao"][0], branch_id=NORTH))
