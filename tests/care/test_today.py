"""The list of a day: one line a person, in the scope, without what sleeps, is far off, or is nobody's wish."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from lib.care import today as reads
from lib.care.today import Asked, Wanted
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.models import Case, Customer, DueItem
from lib.store.session import open_session
from tests.cast import C_OWN, C_PEER, CHEN, FIRM, GAO, OTHER, OWN, PEER, UNASSIGNED, ZHANG, SmallBank, scope

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_due(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(delete(DueItem))
        session.rows(update(Case).values(state="closed"))


def due(customer_id: int, kind: str = "visit", days: int = 0, owner: int | None = ZHANG, **values: Any) -> None:
    with bulk("test") as session:
        branch = session.get_one(Customer, customer_id).branch_id
        day = today() + days * DAY
        session.add(DueItem(customer_id=customer_id, id=new_id(), kind=kind, subject_key=str(new_id()), due_on=day,
                            original_due_on=day, state="open", owner_id=owner, branch_id=branch, **values))  # fmt: skip


def case(case_id: int, **values: Any) -> None:
    with bulk("test") as session:
        session.rows(update(Case).where(Case.id == case_id).values(state="investigating", **values))


def asked(login: str) -> Asked:
    return reads.asked(scope(login), rulebook(), today(), business_now())


def listed(login: str, **wanted: Any) -> list[int]:
    of = asked(login)
    with open_session(of.scope, "today") as session:
        return [row.customer_id for row in session.execute(reads.people(of, Wanted(**{"staff_id": None, **wanted})))]


def soon(hours: int) -> datetime:
    return business_now() + timedelta(hours=hours)


def test_one_line_a_person_with_the_first_reason_first(bank: SmallBank) -> None:
    due(FIRM, "visit", -10)
    due(OWN, "refresh", 0)
    due(OWN, "follow_up", -1)
    of = asked("rm.zhang")
    with open_session(of.scope, "today") as session:
        rows = session.execute(reads.people(of, Wanted(ZHANG))).all()
        assert [(row.customer_id, row.things, (row.first_due - today()).days) for row in rows] == [
            (OWN, 2, -1), (FIRM, 1, -10)]  # fmt: skip
        assert [one.kind for one in session.scalars(reads.items_of(of, Wanted(ZHANG), [OWN]))] == [
            "follow_up", "refresh"]  # fmt: skip
        assert session.execute(reads.counts(of, Wanted(ZHANG))).one() == (2, 2, 1, 3)


@pytest.mark.parametrize(("kind", "days", "seen"), [
    ("visit", 3, True), ("visit", 4, False), ("churn", 7, True), ("churn", 8, False), ("follow_up", 0, True),
    ("follow_up", 1, False), ("something_new", 0, True), ("something_new", 1, False),
])  # fmt: skip
def test_each_kind_is_listed_as_early_as_its_rule_says(bank: SmallBank, kind: str, days: int, seen: bool) -> None:
    due(OWN, kind, days)
    assert listed("rm.zhang") == ([OWN] if seen else [])


def test_what_sleeps_is_not_listed_until_its_day(bank: SmallBank) -> None:
    due(OWN, snoozed_until=today() + DAY)
    due(FIRM, snoozed_until=today())
    assert listed("rm.zhang") == [FIRM]


def test_who_asked_to_be_left_alone_is_called_only_because_of_a_promise(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).values(do_not_contact=True))
    due(OWN, "visit")
    due(OWN, "birthday")
    assert listed("rm.zhang") == []
    due(OWN, "follow_up")
    of = asked("rm.zhang")
    with open_session(of.scope, "today") as session:
        assert [one.kind for one in session.scalars(reads.items_of(of, Wanted(ZHANG), [OWN]))] == ["follow_up"]


def test_whose_list_it_is(bank: SmallBank) -> None:
    due(OWN)
    due(PEER, owner=GAO)
    due(UNASSIGNED, owner=None)
    due(OTHER, owner=2)
    assert listed("rm.zhang") == [OWN] and listed("rm.gao") == [PEER]
    assert set(listed("head.wang")) == {OWN, PEER, UNASSIGNED}
    assert listed("head.wang", staff_id=GAO) == [PEER] and listed("head.wang", staff_id=0) == [UNASSIGNED]
    assert set(listed("crm.zhao")) == {OWN, PEER, UNASSIGNED, OTHER}
    for login in ("care.chen", "product.he", "check.sun", "admin.wu", "exec.zhou"):
        assert listed(login) == [], login


@pytest.mark.parametrize(("promised", "met", "legal", "answered", "seen"), [
    (-1, None, None, None, True),
    (24, None, None, None, True),
    (24 * 9, None, None, None, False),
    (-1, -2, None, None, False),
    (-1, -2, 24, None, True),
    (-1, -2, 24 * 9, None, False),
    (-1, -2, -24, -30, False),
])  # fmt: skip
def test_a_case_is_listed_as_its_clock_comes_near(
    bank: SmallBank, promised: int, met: int | None, legal: int | None, answered: int | None, seen: bool
) -> None:
    case(C_OWN, promise_due_at=soon(promised), promise_met_at=met and soon(met), legal_due_at=legal and soon(legal),
         answered_at=answered and soon(answered))  # fmt: skip
    assert listed("care.chen", staff_id=CHEN) == ([OWN] if seen else [])


def test_an_overdue_promise_of_a_case_comes_before_everything_and_a_colleague_s_case_is_theirs(
    bank: SmallBank,
) -> None:
    due(FIRM, "follow_up", 0)
    case(C_OWN, handler_id=ZHANG, promise_due_at=soon(-1))
    assert listed("rm.zhang", staff_id=ZHANG) == [OWN, FIRM]
    case(C_PEER, promise_due_at=soon(-1))
    assert listed("rm.gao", staff_id=GAO) == []


@pytest.mark.parametrize(("group", "who"), [
    ("promise_overdue", [OWN]), ("promise", []), ("other", []), ("visit", [FIRM]), ("answer_due", []), ("birthday", []),
])  # fmt: skip
def test_narrowed_to_a_group(bank: SmallBank, group: str, who: list[int]) -> None:
    due(OWN, "follow_up", -1)
    due(FIRM, "visit", 0)
    assert listed("rm.zhang", group=group) == who


def test_narrowed_to_firms_and_to_what_is_overdue(bank: SmallBank) -> None:
    due(OWN, "visit", -1)
    due(FIRM, "visit", 0)
    assert listed("rm.zhang", kind="corporate") == [FIRM]
    assert [listed("rm.zhang", when=when) for when in ("overdue", "today", "later")] == [[OWN], [FIRM], []]


def test_the_load_of_a_branch_by_owner(bank: SmallBank) -> None:
    due(OWN, "visit", -1)
    due(OWN, "churn", 0, value_fen=700)
    due(FIRM, snoozed_until=today() + DAY)
    due(PEER, owner=GAO)
    of = asked("head.wang")
    with open_session(of.scope, "today") as session:
        rows = {row.owner_id: tuple(row)[1:] for row in session.execute(reads.load(of))}
    assert rows == {ZHANG: (3, 2, 1, 2, 1, 700), GAO: (1, 1, 0, 1, 0, 0)}
