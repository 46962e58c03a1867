"""The queue in its order, its counts and its filters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lib.complaints import read
from lib.complaints.read import Asker, Filters
from lib.store.bulk import bulk
from lib.store.models import Case, CaseEvent, ChangeRequest, Product
from lib.store.session import open_session
from tests.cast import CHEN, LIN, NORTH, OTHER, OWN, SOUTH, SmallBank, filled, scope

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)  # a Wednesday noon
DAY = date(2026, 11, 18)
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
STUCK = {"accepted": 3, "answered": 5, "reopened": 2}


def case(id_: int, **values: Any) -> Case:
    """A complaint of the cast's first customer."""
    given = {
        "kind": "complaint", "state": "accepted", "received_at": NOW - 30 * HOURS, "branch_id": NORTH,
        "channel": "hotline", "business": "fees", "reason": "fees", "customer_id": OWN, **values,
    }  # fmt: skip
    return Case(id=id_, number=f"Q{id_}", customer_kind="personal", **given)


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


@pytest.fixture
def sorted_out(bank: SmallBank) -> SmallBank:
    """Cases that differ in what they are about, where they stand and when they came and went."""
    with bulk("classes") as session:
        session.query(Case).delete()
        session.query(ChangeRequest).delete()
        session.add(Product(id=7, code="P7", name="钱包", category="deposit", currency="CNY"))
        session.add_all([
            case(1, channel="email", reason="queue", waiting_for="outside", received_at=NOW - 10 * DAYS),
            case(2, business="fund", product_id=7, received_at=NOW - 40 * DAYS, handler_id=LIN),
            case(3, kind="suggestion", handler_id=CHEN, branch_id=None, about_branch_id=SOUTH),
            case(4, kind="unhappy", state="reopened", about_branch_id=SOUTH, outside_number="沪转2026第88号"),
            case(5, state="closed", root_cause="system_outage", received_at=NOW - 9 * DAYS, closed_at=NOW - 6 * DAYS),
            case(6, state="closed", received_at=NOW - 200 * DAYS, closed_at=NOW - 5 * DAYS, product_id=7),
            case(7, outside_due_at=NOW - HOURS, promise_due_at=NOW + HOURS, legal_due_at=NOW + 2 * HOURS,
                 customer_id=OTHER),
        ])  # fmt: skip
        for at, (id_, ago) in enumerate({1: 4 * DAYS, 2: 2 * DAYS, 4: HOURS}.items(), start=50):
            for event in (0, 1):
                session.add(filled(CaseEvent, customer_id=OWN, id=2 * at + event, case_id=id_,
                                   at=NOW - ago - event * 20 * DAYS))  # fmt: skip
        for id_, (number, state) in {21: ("Q2", "pending"), 22: ("Q5", "pending"), 23: ("Q1", "accepted")}.items():
            session.add(filled(ChangeRequest, customer_id=OWN, id=id_, subject="case", subject_key=number,
                               state=state, requested_by=LIN))  # fmt: skip
        session.index_cases([(1, "多收年费 全额退款"), (2, "年费太高"), (4, "沪转2026第88号"), (5, "全额退年费")])
    return bank


def asker(login: str = "crm.zhao") -> Asker:
    return Asker(scope(login), NOW, DAY, STUCK)


def shown(filters: Filters, login: str = "crm.zhao") -> str:
    with open_session(scope(login), "complaints") as session:
        rows = session.execute(read.queue(filters, asker(login))).all()
        return "".join(row.number.removeprefix("Q") for row in rows)


def test_open_complaints_come_by_real_time_left(queued: SmallBank) -> None:
    order = shown(Filters())
    assert order[:5] == "12345" and set(order[5:]) == {"6", "7"}


def test_the_term_of_who_passed_a_case_on_is_a_clock_like_the_others(sorted_out: SmallBank) -> None:
    assert shown(Filters(kind="all"))[0] == "7"
    assert shown(Filters(clock="outside")) == shown(Filters(clock="overdue")) == "7"
    assert shown(Filters(clock="term")) == shown(Filters(clock="promise")) == ""


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


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "127"),
        ({"kind": "all"}, "12347"),
        ({"kind": "suggestion"}, "3"),
        ({"waiting": "customer"}, "1"),
        ({"waiting": "approval"}, "2"),
        ({"waiting": "approval", "state": "all"}, "2"),
        ({"waiting": "stuck"}, "1"),  # 4 days without a word; 2 only two; 7 was received 30 hours ago
        ({"channel": "email"}, "1"),
        ({"business": "fund"}, "2"),
        ({"reason": "queue"}, "1"),
        ({"state": "all", "cause": "system_outage"}, "5"),
        ({"state": "closed", "cause": "none"}, "6"),
        ({"product": "P7", "state": "all"}, "26"),
        ({"product": "P8", "state": "all"}, ""),
        ({"product": "none"}, "17"),
        ({"kind": "all", "branch_id": SOUTH}, "3"),  # 4 is about it, but its customer is at home elsewhere
        ({"received_from": DAY - 10 * DAYS, "received_to": DAY - 9 * DAYS, "state": "all"}, "15"),
        ({"received_to": DAY - 10 * DAYS}, "12"),
        ({"state": "closed", "closed_from": DAY - 6 * DAYS, "closed_to": DAY - 6 * DAYS}, "5"),
        ({"state": "closed", "closed_from": DAY - 5 * DAYS}, "6"),
        ({"state": "closed", "days": 3}, "5"),
        ({"state": "closed", "days": 2}, ""),
        ({"state": "closed", "days": 99}, "6"),
        ({"text": "年费"}, "12"),
        ({"text": "费"}, "12"),
        ({"text": "全额 年费", "state": "all"}, "15"),
        ({"text": "沪转2026第88号", "kind": "all"}, "4"),
        ({"text": "没有这句"}, ""),
    ],
)
def test_more_filters(sorted_out: SmallBank, filters: dict[str, Any], expected: str) -> None:
    assert sorted(shown(Filters(**filters))) == sorted(expected)


def test_a_case_number_is_that_case(sqlite_bank: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "complaints") as session:
        for typed in ("T260302-02005", " t260302-02005 "):  # a closed one, though open ones are asked for
            found = session.execute(read.queue(Filters(text=typed, business="fund"), asker())).all()
            assert [row.number for row in found] == ["T260302-02005"]
    with open_session(scope("rm.li"), "complaints") as session:
        assert session.execute(read.queue(Filters(text="T260302-02005"), asker("rm.li"))).all() == []


@pytest.mark.parametrize(
    ("login", "expected"),
    [("care.chen", "3"), ("crm.zhao", ""), ("head.wang", "1247"), ("rm.li", ""), ("head.zhu", "34")],
)
def test_a_unit_is_one_s_branch_or_the_colleagues_of_one_s_post(
    sorted_out: SmallBank, login: str, expected: str
) -> None:
    assert sorted(shown(Filters(kind="all", whose="unit"), login)) == sorted(expected)
    if login == "care.chen":  # what a colleague of the same post handles is beyond an officer's reach
        assert "2" not in shown(Filters(kind="all"), login)


def test_an_officer_s_queue_is_what_is_theirs_or_nobody_s(queued: SmallBank) -> None:
    assert shown(Filters(whose="mine"), "care.chen") == "3"
    assert "3" not in shown(Filters(), "care.lin")


def test_the_counts_are_those_of_the_lists(queued: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "complaints") as session:
        counted = dict(session.execute(read.standing("complaint", asker())).one()._mapping)
    assert counted == {
        "open": 7, "due_today": 1, "late_promise": 1, "late_term": 1, "late_outside": 0, "unassigned": 6,
        "customer": 0, "approval": 0, "stuck": 0,
    }  # fmt: skip
    assert lists("complaint") == counted


@pytest.mark.parametrize("kind", ["complaint", "suggestion", "unhappy", "all"])
def test_the_counts_of_every_kind_are_those_of_the_lists(sorted_out: SmallBank, kind: str) -> None:
    with open_session(scope("crm.zhao"), "complaints") as session:
        counted = dict(session.execute(read.standing(kind, asker())).one()._mapping)
    assert lists(kind) == counted


def lists(kind: str) -> dict[str, int]:
    """How long the lists behind the counts are."""
    behind = {
        "open": {}, "due_today": {"clock": "today"}, "late_promise": {"clock": "promise"},
        "late_term": {"clock": "term"}, "late_outside": {"clock": "outside"}, "unassigned": {"whose": "unassigned"},
        "customer": {"waiting": "customer"}, "approval": {"waiting": "approval"}, "stuck": {"waiting": "stuck"},
    }  # fmt: skip
    return {name: len(shown(Filters(kind=kind, **asked))) for name, asked in behind.items()}


def test_no_complaints_count_as_none(sqlite_bank: SmallBank) -> None:
    with open_session(scope("exec.zhou"), "complaints") as session:
        assert set(session.execute(read.standing("all", asker("exec.zhou"))).one()) == {0}


def test_takers_are_the_officers_the_department_and_the_branch(sqlite_bank: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "complaints") as session:
        assert {one.login for one in session.scalars(read.takers([NORTH]))} == {
            "care.chen", "care.lin", "crm.zhao", "head.wang", "rm.zhang", "rm.gao",
        }  # fmt: skip
        assert "head.wang" not in {one.login for one in session.scalars(read.takers([]))}


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "ix_case_open"),
        (Filters(clock="overdue"), "ix_case_open"),
        (Filters(state="received"), "ix_case_open"),
        (Filters(whose="unassigned"), "ix_case_open"),
        (Filters(waiting="stuck"), "ix_case_event_case"),
        (Filters(waiting="approval"), "ix_change_request_subject"),
        (Filters(state="all", business="fund"), "ix_case_business"),
        (Filters(state="all", cause="process"), "ix_case_root_cause"),
        (Filters(state="all", received_from=DAY), "ix_case_received"),
        (Filters(text="T260302-02001"), "ix_case_number"),
    ],
)
def test_filters_are_answered_by_an_index(sqlite_bank: SmallBank, filters: Filters, index: str) -> None:
    """A planner without statistics of states would read every complaint the bank ever had."""
    with bulk("plan", write=False) as session:
        link = session.connection()
        statement = read.queue(filters, asker())
        said = statement.compile(link, compile_kwargs={"literal_binds": True, "render_postcompile": True})
        plan = link.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}").all()
    assert any(index in row[-1] for row in plan), plan
