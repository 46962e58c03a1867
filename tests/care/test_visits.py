"""Planned visits: who sees which, by state, kind, owner and day; counts and names of the calendar's days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from lib.care import visits
from lib.care.visits import Wanted
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import DueItem
from lib.store.session import open_session
from tests.cast import FIRM, GAO, LI, NORTH, OTHER, OWN, PEER, SOUTH, ZHANG, SmallBank, filled, number_of, scope

PLACE = {OWN: (ZHANG, NORTH), FIRM: (ZHANG, NORTH), PEER: (GAO, NORTH), OTHER: (LI, SOUTH)}


@pytest.fixture
def planned(bank: SmallBank) -> SmallBank:
    put()
    return bank


def put() -> None:
    """Zhang: overdue, today, next week (moved), done, dropped; a colleague and another branch one each."""
    day = today()
    rows: tuple[tuple[int, int, str, int, dict[str, Any]], ...] = (
        (OWN, 11, "visit", -3, {"attempts": 2}), (OWN, 12, "check", 0, {}), (FIRM, 13, "meeting", 7, {"moved": 5}),
        (FIRM, 14, "visit", -20, {"state": "done"}), (OWN, 15, "visit", -40, {"state": "dropped", "outcome": "missed"}),
        (PEER, 16, "visit", 0, {}), (OTHER, 17, "visit", -1, {}), (OWN, 18, "birthday", 0, {}),
    )  # fmt: skip
    with bulk("test") as session:
        session.rows(update(DueItem).values(kind="refresh"))
        for customer_id, item_id, kind, ahead, given in rows:
            due, more = day + timedelta(days=ahead), dict(given)
            original = due - timedelta(days=more.pop("moved", 0))
            owner, branch = PLACE[customer_id]
            session.add(filled(DueItem, **{
                "customer_id": customer_id, "id": item_id, "kind": kind, "subject_key": str(item_id), "due_on": due,
                "original_due_on": original, "owner_id": owner, "branch_id": branch, "attempts": 0, **more,
            }))  # fmt: skip


def ids(login: str, **asked: Any) -> list[int]:
    with open_session(scope(login), "care") as session:
        return [row.item_id for row in session.execute(visits.listed(Wanted(today(), **asked)))]


SEES = {
    "rm.zhang": [15, 14, 11, 12, 13], "rm.gao": [16], "rm.li": [17], "head.wang": [15, 14, 11, 12, 16, 13],
    "head.zhu": [17], "crm.zhao": [15, 14, 11, 17, 12, 16, 13], "exec.zhou": [], "product.he": [], "check.sun": [],
    "care.chen": [], "admin.wu": [],
}  # fmt: skip


@pytest.mark.parametrize("login", SEES)
def test_each_sees_the_visits_within_reach(planned: SmallBank, login: str) -> None:
    assert ids(login) == SEES[login]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "open"}, [11, 12, 13]),
        ({"state": "due"}, [12, 13]),
        ({"state": "overdue"}, [11]),
        ({"state": "done"}, [14]),
        ({"state": "missed"}, [15]),
        ({"state": "moved"}, [13]),
        ({"kind": "visit"}, [15, 14, 11]),
        ({"kind": "birthday"}, [15, 14, 11, 12, 13]),  # no kind of visit: all of them
        ({"kind": "meeting", "state": "overdue"}, []),
        ({"owner_id": GAO}, []),
    ],
)
def test_states_and_kinds(planned: SmallBank, asked: dict[str, Any], found: list[int]) -> None:
    assert ids("rm.zhang", **asked) == found


def test_one_owner_and_the_days(planned: SmallBank) -> None:
    day = today()
    assert ids("head.wang", owner_id=GAO) == [16]
    assert ids("head.wang", first=day, last=day) == [12, 16]
    assert ids("head.wang", owner_id=0) == []


def test_days_with_counts_and_names(planned: SmallBank) -> None:
    day = today()
    asked = Wanted(day).within(day - timedelta(days=5), day + timedelta(days=5))
    with open_session(scope("head.wang"), "care") as session:
        days = {row.due_on: (row.things, row.open) for row in session.execute(visits.by_day(asked))}
        people = [(row.due_on, row.name) for row in session.execute(visits.first_of_each_day(asked, 1))]
    assert days == {day - timedelta(days=3): (1, 1), day: (2, 2)}
    assert people == [(day - timedelta(days=3), "欧阳小明"), (day, "欧阳小明")]


def test_what_presses(planned: SmallBank) -> None:
    with open_session(scope("rm.zhang"), "care") as session:
        row = session.execute(visits.figures(Wanted(today(), state="done", first=date(2020, 1, 1), last=today()))).one()
    assert tuple(row) == (1, 1, 1, 1)


@pytest.mark.parametrize(("login", "item", "there"), [
    ("rm.zhang", 11, True), ("rm.gao", 11, False), ("head.wang", 11, True), ("head.zhu", 11, False),
    ("rm.zhang", 18, False), ("rm.zhang", 999, False),
])  # fmt: skip
def test_one_visit_within_reach(planned: SmallBank, login: str, item: int, there: bool) -> None:
    with open_session(scope(login), "care") as session:
        assert (session.execute(visits.one(number_of(OWN), item)).one_or_none() is not None) == there
