"""The list of today: nothing of other people's, nothing asleep or far off, in the stated order; and its spread."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from lib.care import today
from lib.care.today import Wanted
from lib.settings import business_now
from lib.settings import today as business_day
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.session import StoreSession, open_session
from tests.care.rows import item, only
from tests.cast import (
    C_OWN,
    CHEN,
    FIRM,
    GAO,
    LI,
    NORTH,
    OTHER,
    OWN,
    PEER,
    SOUTH,
    UNASSIGNED,
    WANG,
    ZHANG,
    SmallBank,
    scope,
)

ALL = (OWN, PEER, UNASSIGNED, OTHER, FIRM)


def asked(login: str) -> today.Asked:
    return today.asked(scope(login), rulebook(), business_day(), business_now())


def people(login: str, **wanted: Any) -> list[int]:
    who = Wanted(wanted.pop("staff_id", None), **wanted)
    with open_session(scope(login), "today") as session:
        return [row.customer_id for row in session.execute(today.people(asked(login), who))]


def rows(login: str, query: Any) -> list[Any]:
    with open_session(scope(login), "today") as session:
        return list(session.execute(query(asked(login))).all())


def set_customer(customer_id: int, **values: Any) -> None:
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == customer_id).values(**values))


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("rm.zhang", {OWN, FIRM}), ("rm.gao", {PEER}), ("rm.li", {OTHER}), ("head.wang", {OWN, PEER, UNASSIGNED, FIRM}),
        ("head.zhu", {OTHER}), ("crm.zhao", set(ALL)), ("care.lin", set()), ("check.sun", set()), ("admin.wu", set()),
        ("product.he", set()),
    ],
)  # fmt: skip
def test_nobody_sees_more_than_the_own_reach(bank: SmallBank, login: str, seen: set[int]) -> None:
    only(*(item(one, "visit") for one in ALL))
    assert set(people(login)) == seen
    assert set(people(login, staff_id=LI)) <= seen & {OTHER}


def test_whose_it_is(bank: SmallBank) -> None:
    only(*(item(one, "visit") for one in ALL))
    assert set(people("head.wang", staff_id=ZHANG)) == {OWN, FIRM}
    assert people("head.wang", staff_id=0) == [UNASSIGNED]
    assert set(people("crm.zhao", branch_id=SOUTH)) == {OTHER}
    assert set(people("crm.zhao", branch_id=NORTH, staff_id=GAO)) == {PEER}


@pytest.mark.parametrize(
    ("kind", "days", "listed"),
    [("visit", 3, True), ("visit", 4, False), ("churn", 7, True), ("churn", 8, False), ("follow_up", 0, True),
     ("follow_up", 1, False), ("unheard_of", 0, True), ("unheard_of", 1, False), ("duplicate", -9, False)],
)  # fmt: skip
def test_how_far_ahead_and_what_belongs_at_the_desk(sqlite_bank: SmallBank, kind: str, days: int, listed: bool) -> None:
    only(item(OWN, kind, days))
    assert people("rm.zhang") == ([OWN] if listed else [])


@pytest.mark.parametrize(("until", "listed"), [(None, True), (-1, True), (0, True), (1, False)])
def test_what_is_put_off_wakes_on_its_day(bank: SmallBank, until: int | None, listed: bool) -> None:
    day = None if until is None else business_day() + timedelta(days=until)
    only(item(OWN, "visit", snoozed_until=day, snooze_reason="出差"))
    assert people("rm.zhang") == ([OWN] if listed else [])
    sleeping = rows("rm.zhang", lambda of: today.asleep(of, Wanted(ZHANG)))
    assert [row.name for row in sleeping] == ([] if listed else ["欧阳小明"])
    assert rows("rm.li", lambda of: today.asleep(of, Wanted(None))) == []


def test_who_asked_to_be_left_alone_is_only_answered_and_served(bank: SmallBank) -> None:
    set_customer(OWN, do_not_contact=True)
    only(item(OWN, "visit"))
    assert people("rm.zhang") == []
    only(item(OWN, "refresh"), item(OWN, "birthday"))
    assert people("rm.zhang") == [OWN]
    assert [row[0].kind for row in rows("rm.zhang", lambda of: today.items_of(of, Wanted(ZHANG), [OWN]))] == ["refresh"]


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ({"group": "promise_overdue"}, {PEER}), ({"group": "promise"}, {OWN}), ({"group": "visit"}, {FIRM}),
        ({"group": "other"}, {UNASSIGNED}), ({"group": "maturity"}, set()), ({"kind": "corporate"}, {FIRM}),
        ({"when": "overdue"}, {PEER, UNASSIGNED}), ({"when": "today"}, {OWN}), ({"when": "later"}, {FIRM}),
    ],
)  # fmt: skip
def test_what_it_is_narrowed_to(sqlite_bank: SmallBank, narrowing: dict[str, str], found: set[int]) -> None:
    only(item(OWN, "follow_up", title="送资料"), item(PEER, "follow_up", -1, title="回电"), item(FIRM, "meeting", 2),
         item(UNASSIGNED, "other", -2))  # fmt: skip
    assert set(people("head.wang", **narrowing)) == found


def test_a_case_stands_with_its_handler_until_it_is_answered(bank: SmallBank) -> None:
    only()
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(promise_due_at=business_now()))
    assert people("care.chen", staff_id=CHEN) == [OWN] and people("care.lin") == []
    assert people("head.wang", group="answer_due") + people("head.wang", group="promise_overdue") == [OWN]
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(promise_met_at=business_now()))
    assert people("care.chen", staff_id=CHEN) == []


def test_the_order_is_the_stated_one(bank: SmallBank) -> None:
    set_customer(FIRM, tier="strategic")
    only(item(OWN, "visit", -1), item(FIRM, "visit", 1), item(PEER, "churn", 5, value_fen=900_000_000),
         item(UNASSIGNED, "follow_up", -1, title="回电"), item(OTHER, "churn", 1, value_fen=100))  # fmt: skip
    assert people("crm.zhao") == [UNASSIGNED, PEER, OTHER, FIRM, OWN]


def test_counts_and_groups(bank: SmallBank) -> None:
    only(item(OWN, "visit", -1), item(OWN, "refresh", 0), item(FIRM, "visit", 0), item(PEER, "visit", -3))
    [counted] = rows("rm.zhang", lambda of: today.counts(of, Wanted(ZHANG)))
    assert (counted.people, counted.overdue, counted.due_today, counted.things) == (2, 1, 2, 3)
    groups = {row.place: row.people for row in rows("rm.zhang", lambda of: today.by_group(of, Wanted(ZHANG)))}
    order = asked("rm.zhang").order.groups
    assert groups == {order["visit"]: 2, order["refresh"]: 1}


def test_the_spread_over_a_branch(bank: SmallBank) -> None:
    tomorrow = business_day() + timedelta(days=1)
    only(item(OWN, "visit", -1), item(OWN, "churn", 0, value_fen=700), item(FIRM, "visit", 2, snoozed_until=tomorrow),
         item(PEER, "visit", 0), item(UNASSIGNED, "visit", 0), item(OTHER, "visit", -1),
         item(PEER, "duplicate", -1))  # fmt: skip
    spread = {row.owner_id: tuple(row)[1:] for row in rows("head.wang", lambda of: today.load(of, NORTH))}
    # things, people, overdue, due today, snoozed, value
    assert spread == {ZHANG: (3, 2, 1, 1, 1, 700), GAO: (1, 1, 0, 1, 0, 0), None: (1, 1, 0, 1, 0, 0)}
    assert {row.owner_id for row in rows("crm.zhao", lambda of: today.load(of, SOUTH))} == {LI}
    assert {row.owner_id for row in rows("rm.zhang", lambda of: today.load(of))} == {ZHANG}


def test_what_is_known_of_a_promise_and_a_product(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.Contact).where(m.Contact.customer_id == OWN).values(staff_id=WANG))
    only(item(OWN, "follow_up", 0, title="回电", contact_id=OWN), item(OWN, "maturity", 0, product_id=1))
    found = {row[0].kind: row for row in rows("rm.zhang", lambda of: today.items_of(of, Wanted(ZHANG), [OWN, OTHER]))}
    assert (found["follow_up"].promised_by, found["maturity"].product) == ("王强", "活期存款")
    assert found["maturity"].promised_by is None


def test_how_many_were_spoken_with_today(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.Contact).values(staff_id=ZHANG, happened_at=business_now()))
    one: Any = lambda login, wanted: rows(login, lambda of: today.talked_today(of, wanted))[0][0]  # noqa: E731
    assert one("rm.zhang", Wanted(ZHANG)) == 2 and one("rm.zhang", Wanted(LI)) == 0
    assert one("head.wang", Wanted(None, branch_id=NORTH)) == 5 and one("head.wang", Wanted(None, branch_id=SOUTH)) == 0


def test_the_last_conversation_that_reached_somebody(bank: SmallBank) -> None:
    now = business_now()
    with bulk("test") as session:
        session.rows(update(m.Contact).values(outcome="reached", happened_at=now - timedelta(days=3), channel="app"))
        session.rows(update(m.Contact).where(m.Contact.customer_id == FIRM).values(outcome="not_reached"))

    def talks(session: StoreSession) -> list[Any]:
        return list(session.execute(today.last_talks([OWN, FIRM, OTHER])))

    with open_session(scope("rm.zhang"), "today") as session:
        assert [(row.customer_id, row.channel) for row in talks(session)] == [(OWN, "app")]
