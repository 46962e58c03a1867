"""Complaints of the quarter by dimension: counted by hand on ten customers, and adding up on every level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.kpi import kpi_table
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from tests.kpi.ten import CHEN, HE, MA, NORTH, QUARTER, SOUTH, STAFF, WANG, ZHAO, ten_customers, ten_made, ten_on_sqlite

_ = (ten_customers, ten_made, ten_on_sqlite)
f = m.CaseQuarter
DIMENSIONS = {"channel", "business", "reason", "product", "cause", "days"}


def rows(dimension: str, level: str = "bank") -> Counter[tuple[Any, ...]]:
    """(code, branch, staff, count) → figure, of the third quarter."""
    found: Counter[tuple[Any, ...]] = Counter()
    query = select(f).where(f.quarter == str(QUARTER), f.dimension == dimension, f.level == level)
    with bulk("test", write=False) as session:
        for row in session.scalars(query):
            for count in ("received", "closed", "late"):
                found[row.code, row.branch_id, row.staff_id, count] += getattr(row, count)
    return +found


def test_by_business_as_counted_by_hand(ten_customers: str) -> None:
    assert rows("business") == {
        ("deposit", 0, 0, "received"): 7, ("wealth", 0, 0, "received"): 1,
        ("deposit", 0, 0, "closed"): 3, ("deposit", 0, 0, "late"): 1,
    }  # fmt: skip


def test_a_branch_is_the_customers_then_else_the_one_complained_about(ten_customers: str) -> None:
    assert rows("channel", "branch") == {
        ("hotline", NORTH, 0, "received"): 4, ("hotline", NORTH, 0, "closed"): 2, ("hotline", NORTH, 0, "late"): 1,
        ("hotline", SOUTH, 0, "received"): 4, ("hotline", SOUTH, 0, "closed"): 1,
    }  # fmt: skip


def test_a_handler_has_what_they_handle(ten_customers: str) -> None:
    assert rows("channel", "handler") == {
        ("hotline", NORTH, CHEN, "received"): 3, ("hotline", NORTH, CHEN, "closed"): 2,
        ("hotline", NORTH, CHEN, "late"): 1,
        ("hotline", SOUTH, CHEN, "received"): 1, ("hotline", SOUTH, CHEN, "closed"): 1,
    }  # fmt: skip


def test_days_from_receipt_to_closing(ten_customers: str) -> None:
    assert rows("days") == {("07", 0, 0, "closed"): 1, ("11", 0, 0, "closed"): 1, ("21", 0, 0, "closed"): 1}


def test_what_nobody_recorded_is_none(ten_customers: str) -> None:
    assert rows("cause") == {("none", 0, 0, "closed"): 3}
    assert set(key[0] for key in rows("product")) == {"none"}


def test_weeks_begin_on_monday_of_shanghai(ten_customers: str) -> None:
    query = select(f.week, func.sum(f.received)).where(
        f.quarter == str(QUARTER), f.dimension == "channel", f.level == "bank"
    )
    with bulk("test", write=False) as session:
        weeks = {str(week): int(n) for week, n in session.execute(query.group_by(f.week))}
    assert weeks == {"2026-06-29": 1, "2026-07-13": 1, "2026-07-20": 2, "2026-08-03": 1, "2026-08-17": 1,
                     "2026-08-31": 1, "2026-09-21": 1}  # fmt: skip


def test_every_dimension_and_level_adds_up(ten_customers: str) -> None:
    counted: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    sums = (func.sum(f.received), func.sum(f.closed), func.sum(f.late))
    groups = (f.quarter, f.level, f.dimension)
    with bulk("test", write=False) as session:
        for quarter, level, dimension, *counts in session.execute(select(*groups, *sums).group_by(*groups)):
            counted[quarter, level, dimension] = tuple(map(int, counts))
    assert {dimension for _quarter, _level, dimension in counted} == DIMENSIONS
    for (quarter, level, dimension), counts in counted.items():
        if level == "bank":
            assert counts == counted[quarter, "branch", dimension]
        whole = counted[quarter, level, "channel"]
        assert counts == ((0, whole[1], 0) if dimension in ("cause", "days") else whole)


def test_received_and_closed_are_those_of_the_measures(ten_customers: str) -> None:
    keys = {"received": "complaints_received", "closed": "first_time_resolution"}
    with open_session(person(ZHAO), "test") as session:
        quarters = [Quarter(2026, n) for n in (2, 3)]
        kpis = {(row.key, row.quarter): row.n for row in kpi_table(session, rulebook(), keys.values(), quarters)}
        for quarter in map(str, quarters):
            of = select(func.sum(f.received), func.sum(f.closed)).where(
                f.quarter == quarter, f.dimension == "reason", f.level == "bank"
            )
            received, closed = session.execute(of).one()
            assert (received or 0, closed or 0) == tuple(kpis.get((key, quarter), 0) for key in keys.values())


@pytest.mark.parametrize(
    ("who", "levels"),
    [(ZHAO, {"bank", "branch", "handler"}), (WANG, {"branch"}), (CHEN, {"handler"}), (MA, set()), (HE, {"bank"})],
)
def test_each_sees_the_levels_of_the_scope(ten_on_sqlite: str, who: int, levels: set[str]) -> None:
    with open_session(person(who), "test") as session:
        seen = session.execute(select(f.level, f.branch_id, f.staff_id).distinct()).all()
    assert {level for level, _branch, _staff in seen} == levels
    if who == WANG:
        assert {branch for _level, branch, _staff in seen} == {NORTH}
    if who == CHEN:
        assert {staff for _level, _branch, staff in seen} == {CHEN}


def person(staff_id: int) -> Scope:
    login, role, branch = STAFF[staff_id]
    return scope_of(staff_id, login, login, role, branch)


def test_both_engines_count_the_same(ten_made: Callable[[str], str]) -> None:
    from tests.kpi.test_ten_customers import facts

    assert facts(ten_made("sqlite"))["case_quarter"] == facts(ten_made("postgresql"))["case_quarter"] != []
