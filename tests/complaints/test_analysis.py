"""Shares and quantiles at their edges; the selects over the ten customers, counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.complaints import analysis
from lib.complaints.analysis import Facts, pareto, quantile, vital_few, within
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from tests.kpi.ten import NORTH, QUARTER, SOUTH, STAFF, ZHAO, ten_customers, ten_made

_ = (ten_customers, ten_made)
BANK = Facts(str(QUARTER), 1, "bank")


@pytest.mark.parametrize(
    ("days", "share", "expected"),
    [
        ({}, 0.5, None),
        ({7: 1}, 0.5, 7),
        ({7: 1}, 0.9, 7),
        ({0: 1, 30: 1}, 0.5, 0),
        ({0: 1, 30: 1}, 0.51, 30),
        ({1: 9, 60: 1}, 0.9, 1),
        ({1: 89, 60: 11}, 0.9, 60),
        ({3: 0, 5: 2}, 0.5, 5),
    ],
)
def test_quantiles(days: dict[int, int], share: float, expected: int | None) -> None:
    assert quantile(days, share) == expected


@given(st.lists(st.integers(0, 99), min_size=1), st.sampled_from((0.5, 0.9)))
def test_a_quantile_is_the_nearest_rank(lengths: list[int], share: float) -> None:
    ordered = sorted(lengths)
    counted = {length: lengths.count(length) for length in lengths}
    found = quantile(counted, share)
    assert found in ordered
    assert sum(length <= found for length in ordered) >= share * len(ordered)
    assert sum(length < found for length in ordered) < share * len(ordered)


def test_within() -> None:
    assert within({}, 15) is None
    assert within({15: 1, 16: 3}, 15) == 0.25


def test_a_pareto_begins_with_the_largest_and_ends_with_all() -> None:
    steps = pareto([("b", 2), ("c", 0), ("a", 6), ("d", 2)])
    assert [(step.code, step.count, step.cumulative) for step in steps] == [("a", 6, 0.6), ("b", 2, 0.8), ("d", 2, 1)]
    assert [step.code for step in vital_few(steps, 0.8)] == ["a", "b"]
    assert [step.code for step in vital_few(steps, 0.81)] == ["a", "b", "d"]
    assert pareto([]) == [] and vital_few([], 0.8) == []


def test_the_selects_tell_what_was_counted(ten_customers: str) -> None:
    with open_session(person(), "test") as session:
        codes = [tuple(row) for row in session.execute(analysis.by_code(BANK, "business"))]
        assert codes == [("deposit", 7, 3, 1), ("wealth", 1, 0, 0)]
        north = Facts(str(QUARTER), 1, "branch", branch_id=NORTH)
        assert [tuple(row) for row in session.execute(analysis.by_code(north, "business"))] == [
            ("deposit", 3, 2, 1), ("wealth", 1, 0, 0)]  # fmt: skip
        branches = session.execute(analysis.by_branch(Facts(str(QUARTER), 1, "branch")))
        assert [tuple(row) for row in branches] == [(NORTH, 4, 2, 1), (SOUTH, 4, 1, 0)]
        weeks = [tuple(row) for row in session.execute(analysis.by_week(BANK, "business"))]
        assert ("2026-07-20", "deposit", 2) in weeks and ("2026-09-21", "wealth", 1) in weeks


def test_closings_stand_in_the_week_of_receipt(ten_customers: str) -> None:
    with open_session(person(), "test") as session:
        rows = [tuple(row) for row in session.execute(analysis.weeks_of([BANK], "2026-06-29", "2026-07-20"))]
    assert sorted((week, cause, received) for _b, week, cause, received, _c in rows if not cause) == [
        ("2026-06-29", "", 1), ("2026-07-13", "", 1), ("2026-07-20", "", 2)]  # fmt: skip
    assert sorted((week, cause, closed) for _b, week, cause, _r, closed in rows if cause) == [
        ("2026-06-29", "none", 1), ("2026-07-13", "none", 1)]  # fmt: skip


def person() -> Scope:
    login, role, branch = STAFF[ZHAO]
    return scope_of(ZHAO, login, login, role, branch)
