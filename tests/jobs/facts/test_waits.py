"""Times of the quarter by the minute: counted by hand on ten customers, and percentiles as of the sorted times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from lib.jobs.refresh import refresh
from lib.kpi import kpi_table
from lib.kpi.waiting import beyond, spells, spread
from lib.rulebook.kpis import TIMES
from lib.satisfaction import checks
from lib.satisfaction.checks import CheckForm
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from tests.kpi.ten import CHEN, MA, NORTH, QUARTER, SOUTH, STAFF, WANG, ZHAO, ten_bank, ten_customers, ten_made

_ = (ten_customers, ten_made, ten_bank)
w = m.WaitQuarter
DAY = 24 * 60


def person(staff_id: int) -> Scope:
    login, role, branch = STAFF[staff_id]
    return scope_of(staff_id, login, login, role, branch)


def counted(level: str) -> Counter[tuple[str, int, int]]:
    """(time, branch, minutes) → how many, of the third quarter."""
    found: Counter[tuple[str, int, int]] = Counter()
    with bulk("look", write=False) as session:
        for row in session.scalars(select(w).where(w.quarter == str(QUARTER), w.level == level)):
            found[row.time, row.branch_id, row.minutes] += row.counted
    return found


def test_by_branch_as_counted_by_hand(ten_customers: str) -> None:
    assert counted("branch") == {
        ("waiting", NORTH, 10): 1, ("waiting", NORTH, 15): 1, ("waiting", NORTH, 16): 1, ("waiting", SOUTH, 1): 1,
        ("serving", NORTH, 5): 1, ("serving", NORTH, 6): 1, ("serving", NORTH, 10): 1,
        ("complaint", NORTH, 11 * DAY): 1, ("complaint", NORTH, 21 * DAY): 1, ("complaint", SOUTH, 7 * DAY): 1,
        ("enquiry", SOUTH, DAY): 1,
    }  # fmt: skip


def test_the_bank_is_the_sum_of_its_branches(ten_customers: str) -> None:
    whole: Counter[tuple[str, int, int]] = Counter()
    for (time, _branch, minutes), n in counted("branch").items():
        whole[time, 0, minutes] += n
    assert counted("bank") == whole


def test_a_ticket_taken_at_midnight_of_shanghai_is_of_the_next_quarter(ten_customers: str) -> None:
    with bulk("look", write=False) as session:
        found = session.scalars(select(w.minutes).where(w.quarter == "2026Q4", w.level == "bank", w.time == "waiting"))
        assert set(found) == {100}


def read(who: int, by: tuple[str, ...] = (), branch: int | None = None) -> dict[tuple[str, int], tuple[int, int, int]]:
    with open_session(person(who), "test") as session:
        rows = spells(session, [QUARTER], TIMES, by, branch)
    return {(row.time, row.branch_id): (row.n, row.median, row.tail) for row in rows}


def test_each_reads_the_times_of_what_the_scope_holds(ten_customers: str) -> None:
    whole = read(ZHAO)
    assert whole["waiting", 0] == (4, 10, 16) and whole["complaint", 0] == (3, 11 * DAY, 21 * DAY)
    apart = read(ZHAO, ("branch_id",))
    assert (apart["waiting", NORTH], apart["waiting", SOUTH]) == ((3, 15, 16), (1, 1, 1))
    assert read(ZHAO, branch=NORTH)["waiting", 0] == (3, 15, 16)
    assert read(WANG)["waiting", 0] == read(MA, branch=NORTH)["waiting", 0] == (3, 15, 16)
    assert read(WANG, branch=SOUTH) == {} and read(CHEN) == {}


def test_spread_and_what_is_beyond(ten_customers: str) -> None:
    with open_session(person(ZHAO), "test") as session:
        assert spread(session, QUARTER, "waiting", 5, 60) == [(0, 1), (5, 1), (10, 1), (15, 1)]
        assert spread(session, QUARTER, "waiting", 5, 10) == [(0, 1), (5, 1), (10, 2)]
        assert [beyond(session, QUARTER, "waiting", limit) for limit in (0, 10, 15, 16)] == [4, 2, 1, 0]
        assert beyond(session, Quarter(2020, 1), "waiting", 0) == 0


@pytest.mark.parametrize(("by", "groups"), [("bank", {""}), ("branch", {NORTH, SOUTH}), ("manager", set())])
def test_percentile_kpis_are_told_of_the_bank_and_of_branches_only(
    ten_customers: str, by: str, groups: set[Any]
) -> None:
    with open_session(person(ZHAO), "test") as session:
        rows = kpi_table(session, rulebook(), ["wait_p90"], [QUARTER], by)
    assert {row.group for row in rows} == groups
    assert all(
        row.small and row.denominator is None and row.n == {"": 4, NORTH: 3, SOUTH: 1}[row.group] for row in rows
    )


@given(minutes=st.lists(st.integers(0, 500), min_size=1, max_size=60))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def _exact(minutes: list[int]) -> None:
    with bulk("test") as session:
        session.execute(delete(w).where(w.quarter == str(QUARTER)))
        version = session.scalars(select(m.QuarterRun.version).where(m.QuarterRun.quarter == str(QUARTER))).one()
        for minute, n in Counter(minutes).items():
            session.add(w(quarter=str(QUARTER), version=version, level="bank", branch_id=0, time="waiting",
                          business="cash", minutes=minute, counted=n))  # fmt: skip
    n, median, tail = read(ZHAO)["waiting", 0]
    ranked = sorted(minutes)
    assert n == len(minutes)
    assert (median, tail) == tuple(ranked[-(-len(ranked) * p // 100) - 1] for p in (50, 90))


def test_percentiles_are_those_of_the_sorted_times(ten_bank: str) -> None:
    _exact()


def test_a_new_check_moves_its_kpi_and_no_customer_is_computed_anew(ten_bank: str) -> None:
    def score() -> tuple[int, int | None]:
        with open_session(person(ZHAO), "test") as session:
            (row,) = kpi_table(session, rulebook(), ["mystery_score"], [QUARTER])
        return row.numerator, row.denominator

    assert score() == (16, 22)
    with open_session(person(ZHAO), "satisfaction", write=True) as session:
        checks.record(session, CheckForm("mystery", SOUTH, QUARTER.end, {"greeting": 2}))
    made = {one.quarter: one for one in refresh(tell=lambda _said: None)}
    assert score() == (18, 34)
    assert (made[str(QUARTER)].changed, made[str(QUARTER)].anew) == (True, 0)
    assert not made["2026Q2"].changed


def test_replaced_versions_leave_no_times(ten_bank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refreshed: Callable[..., Any] = refresh
    with bulk("test") as session:
        session.add(m.QueueTicket(branch_id=SOUTH, business="cash", taken_at=session.scalars(
            select(m.QueueTicket.taken_at).order_by(m.QueueTicket.taken_at)).first()))  # fmt: skip
    refreshed(tell=lambda _said: None)
    with bulk("look", write=False) as session:
        runs = set(session.execute(select(m.QuarterRun.quarter, m.QuarterRun.version).where(
            m.QuarterRun.state.in_(("open", "closed")))).all())  # fmt: skip
        kept = set(session.execute(select(w.quarter, w.version).distinct()).all())
    assert {tuple(one) for one in kept} <= {tuple(one) for one in runs}
