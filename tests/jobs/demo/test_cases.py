"""Complaints: states, events, clocks and columns say one thing, and each state is found open today."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from lib.rulebook import Calendar, Rulebook, parse_calendar, shipped_rows
from lib.settings import ROOT, bank_day
from lib.work.causes import causes, leaves
from lib.work.clock import legal_term, promise
from lib.work.moves import kind_of, moves
from tests.jobs.demo.bank import Rows

NOW = datetime(2026, 11, 21, 16, tzinfo=UTC)  # the day begins at 16:00 UTC of the day before
BOOK = Rulebook(shipped_rows())
CALENDAR = Calendar.of(*parse_calendar(ROOT / "data" / "calendar"))


def events(demo: Rows) -> dict[int, list[Any]]:
    """Events by case, oldest first."""
    found: dict[int, list[Any]] = defaultdict(list)
    for event in sorted(demo["case_event"], key=lambda e: (e.at, e.id)):
        found[event.case_id].append(event)
    return found


def test_history_goes_only_where_the_rules_allow_and_ends_in_the_state_shown(demo: Rows) -> None:
    history = events(demo)
    for case in demo["case"]:
        allowed = {(None, "received")} | {(move.start, move.to) for move in moves(case.kind, BOOK, NOW.date())}
        taken = [(event.from_state, event.to_state) for event in history[case.id] if event.kind == "move"]
        assert set(taken) <= allowed
        assert [start for start, _to in taken[1:]] == [to for _start, to in taken[:-1]]
        assert taken[-1][1] == case.state


def test_columns_say_what_the_history_says(demo: Rows) -> None:
    history = events(demo)
    for case in demo["case"]:
        told = history[case.id]
        assert told[0].at == case.received_at and told[-1].at <= NOW
        assert (case.closed_at is not None) == (case.state in ("closed", "withdrawn"))
        if case.state in ("answered", "followed_up", "closed") and case.kind != "unhappy":
            assert case.answered_at and case.answer and case.promise_met_at <= case.answered_at
        assert case.root_cause is not None or case.state != "closed" or case.kind != "complaint"
        assert case.handler_id or case.state == "received"
        assert case.satisfaction is None or any(e.details and "satisfaction" in e.details for e in told)


def test_both_clocks_are_those_of_the_rules(demo: Rows) -> None:
    reopened = {event.case_id for event in demo["case_event"] if event.to_state == "reopened"}
    for case in demo["case"]:
        reply = promise(case.customer_kind, case.complex, case.received_at, CALENDAR, BOOK)
        assert case.promise_due_at == reply.due_at
        if case.kind != "complaint":
            assert case.legal_due_at is None
        elif case.id not in reopened:
            term = legal_term(case.received_at, case.extension, CALENDAR, BOOK)
            assert case.legal_due_at == term.due_at


def test_every_state_is_open_today_with_some_overdue_and_some_unassigned(demo: Rows) -> None:
    running = [case for case in demo["case"] if case.closed_at is None]
    assert {case.state for case in running} >= {
        "received", "accepted", "investigating", "answered", "followed_up", "reopened",
    }  # fmt: skip
    assert any(case.handler_id is None for case in running)
    assert any(case.answered_at is None and case.legal_due_at < NOW for case in running)
    assert any(case.promise_met_at is None and case.promise_due_at < NOW for case in running)


def test_numbers_carry_the_day_and_are_registered(demo: Rows) -> None:
    registered = {row.number: (row.customer_id, row.case_id) for row in demo["case_number"]}
    assert registered == {case.number: (case.customer_id, case.id) for case in demo["case"]}
    for case in demo["case"]:
        letter = kind_of(case.kind, BOOK, NOW.date()).letter
        assert re.fullmatch(rf"{letter}{bank_day(case.received_at):%y%m%d}-\d{{5}}", case.number)


def test_codes_are_those_of_the_rulebook(demo: Rows) -> None:
    for column, rule in (("channel", "channels"), ("business", "businesses"), ("reason", "reasons")):
        known = {one["code"] for one in BOOK.value(f"complaint.{rule}", NOW.date())}
        assert {getattr(case, column) for case in demo["case"]} <= known


def test_causes_are_leaves_of_the_tree(demo: Rows) -> None:
    known = {cause.code for cause in leaves(causes(BOOK, NOW.date()))}
    assert {case.root_cause for case in demo["case"] if case.root_cause} <= known


def test_a_longer_term_was_asked_for_and_agreed_on_by_somebody_else(demo: Rows) -> None:
    agreed = {(r.subject_key, r.after["extension"]) for r in demo["change_request"] if r.state == "accepted"}
    assert all((c.number, c.extension) in agreed for c in demo["case"] if c.extension != "none")
    assert all(r.decided_by != r.requested_by for r in demo["change_request"])
    waiting = {r.stage_role for r in demo["change_request"] if r.state == "pending"}
    assert waiting == {"crm", "leadership"}


def test_low_scores_are_followed_on_a_track_of_their_own(demo: Rows) -> None:
    low = BOOK.value("unhappy.at_most", NOW.date())
    followed = {case.origin_id for case in demo["case"] if case.kind == "unhappy"}
    heard = {c.id for c in demo["case"] if c.kind == "complaint" and c.satisfaction and c.satisfaction <= low}
    assert followed and heard <= followed
    opened = {event.case_id: event.details for event in demo["case_event"] if event.kind == "opened"}
    numbers = {case.number for case in demo["case"]}
    assert set(opened) == followed and {said["number"] for said in opened.values()} <= numbers


def test_the_cast_finds_a_wait_a_crisis_a_review_a_suggestion_and_an_unhappy_customer_open(demo: Rows) -> None:
    running = [case for case in demo["case"] if case.closed_at is None]
    assert {case.kind for case in running} == {"complaint", "suggestion", "unhappy"}
    assert any(case.waiting_for == "customer" for case in running)
    assert any(case.crisis_since and case.crisis_ended_at is None for case in running)
    assert demo["case_review"] and demo["attachment"] and demo["action"] and demo["saved_view"]


def test_a_complaint_belongs_to_the_owner_now_and_is_about_the_branch_then(demo: Rows) -> None:
    owner = {c.customer_id: (c.manager_id, c.branch_id) for c in demo["customer"]}
    assert all(owner[case.customer_id] == (case.manager_id, case.branch_id) for case in demo["case"])
    held: dict[int, list[Any]] = defaultdict(list)
    for assignment in demo["assignment"]:
        held[assignment.customer_id].append(assignment)
    for case in demo["case"]:
        day = bank_day(case.received_at)
        (then,) = [a for a in held[case.customer_id] if a.since_day <= day and not (a.until_day and a.until_day <= day)]
        assert case.about_branch_id == then.branch_id
