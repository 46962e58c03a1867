"""The queue in its order, its counts, its filters, and the clocks of one case with their working."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lib.complaints import read
from lib.complaints.read import Filters
from lib.store.bulk import bulk
from lib.store.models import Case
from lib.store.session import open_session
from tests.cast import CHEN, NORTH, OWN, SOUTH, ZHAO, SmallBank, scope

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)  # a Wednesday noon
DAY = date(2026, 11, 18)
HOURS = timedelta(hours=1)


def case(id_: int, **values: Any) -> Case:
    """A complaint of the cast's first customer."""
    given = {"state": "accepted", "received_at": NOW - 30 * HOURS, "branch_id": NORTH, **values}
    return Case(
        customer_id=OWN, id=id_, number=f"Q{id_}", kind="complaint", customer_kind="personal", channel="hotline",
        business="fees", reason="fees", **given,
    )  # fmt: skip


@pytest.fixture
def queued(bank: SmallBank) -> SmallBank:
    """A bank with complaints in every standing; numbers tell the order they should come in."""
    far = NOW + 300 * HOURS
    with bulk("queue") as session:
        session.query(Case).delete()
        session.add_all([
            case(1, promise_due_at=NOW - 50 * HOURS, legal_due_at=far),  # promise over
            case(2, promise_met_at=NOW, promise_due_at=NOW - 9 * HOURS, legal_due_at=NOW - HOURS),  # term over
            case(3, promise_due_at=NOW + HOURS, legal_due_at=far, handler_id=CHEN),  # due today
            case(4, promise_met_at=NOW, promise_due_at=NOW, legal_due_at=NOW + 60 * HOURS),  # due this week
            case(5, promise_due_at=far, legal_due_at=far + HOURS, branch_id=SOUTH, state="reopened"),
            case(6, promise_met_at=NOW, answered_at=NOW, promise_due_at=NOW, legal_due_at=far, state="answered"),
            case(7),  # imported: no clock at all
            case(8, promise_due_at=NOW - 9 * HOURS, legal_due_at=NOW - HOURS, state="closed"),
            case(9, promise_due_at=NOW - 9 * HOURS, state="withdrawn", received_at=NOW),
        ])  # fmt: skip
    return bank


def shown(filters: Filters, staff_id: int = ZHAO, login: str = "crm.zhao") -> str:
    with open_session(scope(login), "complaints") as session:
        rows = session.execute(read.queue(filters, staff_id, NOW, DAY)).all()
        return "".join(row.number.removeprefix("Q") for row in rows)


def test_open_complaints_come_by_real_time_left(queued: SmallBank) -> None:
    order = shown(Filters())
    assert order[:5] == "12345" and set(order[5:]) == {"6", "7"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(clock="overdue"), "12"),
        (Filters(clock="promise"), "1"),
        (Filters(clock="term"), "2"),
        (Filters(clock="today"), "3"),
        (Filters(clock="week"), "34"),
        (Filters(state="all", clock="overdue"), "12"),
        (Filters(state="closed"), "8"),
        (Filters(state="all"), "912345678"),
        (Filters(state="answered"), "6"),
        (Filters(whose="mine"), ""),
        (Filters(whose="unassigned"), "124567"),
        (Filters(branch_id=SOUTH), "5"),
        (Filters(business="fees", channel="email"), ""),
    ],
)
def test_filters(queued: SmallBank, filters: Filters, expected: str) -> None:
    assert sorted(shown(filters)) == sorted(expected)


def test_an_officer_s_queue_is_what_is_theirs_or_nobody_s(queued: SmallBank) -> None:
    assert shown(Filters(whose="mine"), CHEN, "care.chen") == "3"
    assert "3" not in shown(Filters(), 6, "care.lin")


def test_the_counts_are_those_of_the_lists(queued: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "complaints") as session:
        counted = session.execute(read.standing(NOW, DAY)).one()._mapping
    assert dict(counted) == {
        "open": 7, "due_today": 1, "late_promise": 1, "late_term": 1, "unassigned": 6,
    }  # fmt: skip
    lists = {"late_promise": Filters(clock="promise"), "late_term": Filters(clock="term"), "open": Filters(),
             "due_today": Filters(clock="today"), "unassigned": Filters(whose="unassigned")}  # fmt: skip
    assert {name: len(shown(filters)) for name, filters in lists.items()} == {name: counted[name] for name in lists}


def test_no_complaints_count_as_none(sqlite_bank: SmallBank) -> None:
    with open_session(scope("exec.zhou"), "complaints") as session:
        assert set(session.execute(read.standing(NOW, DAY)).one()) == {0}


def test_the_open_ones_are_found_by_their_own_index(sqlite_bank: SmallBank) -> None:
    """A planner without statistics of states would read every complaint the bank ever had."""
    for filters in (Filters(), Filters(clock="overdue"), Filters(state="received"), Filters(whose="unassigned")):
        statement = read.queue(filters, ZHAO, NOW, DAY)
        with bulk("plan", write=False) as session:
            link = session.connection()
            said = statement.compile(link, compile_kwargs={"literal_binds": True, "render_postcompile": True})
            plan = link.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}").all()
        assert any("ix_case_open" in row[-1] for row in plan), plan
