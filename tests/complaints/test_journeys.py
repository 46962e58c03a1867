"""Any sequence of commands by anyone: legal states, a history that only grows, clocks that stop and start in place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.complaints import crisis
from lib.settings import today
from lib.store.book import calendar, rulebook
from lib.store.models import Case, CaseEvent
from lib.work.clock import legal_term, promise
from lib.work.clock_of import term_began, terms_of, waits_of
from lib.work.moves import ENDED, kind_of, moves
from tests.cast import CHEN, STAFF, SmallBank
from tests.complaints.conftest import history, stored
from tests.complaints.journeys import ANY, Try, asked_of, attempt, begun
from tests.entries import enter_rule

KINDS = ("complaint", "suggestion", "unhappy")
# Journeys that happen to be likely, so that the later states and the tracks beside the road are reached often.
ROADS = {
    "complaint": [Try("move", "crm.zhao", to) for to in ("accepted", "investigating", "answered", "followed_up")],
    "suggestion": [Try("move", "crm.zhao", to) for to in ("accepted", "investigating", "answered", "followed_up")],
    "unhappy": [Try("move", "crm.zhao", to) for to in ("investigating", "followed_up")],
}
ASIDE = [Try("take", "care.chen"), Try("wait", "crm.zhao", "customer"), Try("begin crisis", "crm.zhao"),
         Try("ask extension", "head.wang"), Try("decide", "crm.zhao", "agreed"), Try("tell", "crm.zhao")]  # fmt: skip
NEVER = ("legal.qian",)


@pytest.mark.parametrize("pausing", [False, True], ids=["shipped", "pausing"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_journey_keeps_the_rules(sqlite_bank: SmallBank, kind: str, pausing: bool) -> None:
    if pausing:
        enter_rule("complaint.pause", {"promise": ["customer"], "legal_term": ["customer", "outside"]})

    @given(road=st.integers(0, len(ROADS[kind])), aside=st.integers(0, len(ASIDE)), taken=st.lists(ANY, max_size=9))
    @settings(max_examples=14, deadline=None, suppress_health_check=list(HealthCheck))
    def journey(road: int, aside: int, taken: list[Try]) -> None:
        number = begun(kind)
        for one in [*ASIDE[:aside], *ROADS[kind][:road], *taken]:
            before, told, asked = stored(number), history(number), asked_of(number)
            done = attempt(number, one)
            after, events = stored(number), history(number)
            assert [event.id for event in events][: len(told)] == [event.id for event in told]
            assert len(events) - len(told) == (new_events(one, after, asked is not None) if done else 0)
            check_step(before, after, one, done)
            check_standing(after, events, pausing)
        check_history(history(number), stored(number))

    journey()


def new_events(one: Try, after: Case, asked: bool) -> int:
    """Each command is one event; a request is none, its last consent is; nobody is unhappy at three points."""
    if one.what == "ask extension":
        return 0
    if one.what == "decide":
        assert asked
        return int(one.to == "agreed")
    return 1


def check_step(before: Case, after: Case, one: Try, done: bool) -> None:
    """What one command may and must change."""
    if not done:
        fields = [column.key for column in Case.__table__.columns]
        assert {field: getattr(after, field) for field in fields} == {field: getattr(before, field) for field in fields}
        return
    assert one.login not in NEVER
    if one.login == "exec.zhou":
        assert one.what == "decide"
    if one.what == "move":
        allowed = {(move.start, move.to) for move in moves(after.kind, rulebook(), today())}
        assert (before.state, after.state) in allowed and after.state == one.to
    else:
        assert after.state == before.state
    assert before.promise_met_at is None or after.promise_met_at == before.promise_met_at  # met once is met
    if after.extension != before.extension:
        reopened = one.what == "move" and after.state == "reopened"
        assert (one.what == "decide" and one.to == "agreed") or (reopened and after.extension == "none")
    assert after.first_owner_id == CHEN and after.kind == before.kind and after.received_at == before.received_at


def check_standing(case: Case, events: list[CaseEvent], pausing: bool) -> None:
    """What must hold of a case at any time, by its history alone."""
    book, days = rulebook(), calendar()
    bears_term = "legal_term" in kind_of(case.kind, book, today()).clocks
    due = terms_of(case, events, book).due_moments(days, book)
    assert (case.promise_due_at, case.legal_due_at) == (due["promise_due_at"], due["legal_due_at"])
    if not pausing:
        reply = promise(case.customer_kind, case.complex, case.received_at, days, book)
        term = legal_term(term_began(case, events), case.extension, days, book) if bears_term else None
        assert (case.promise_due_at, case.legal_due_at) == (reply.due_at, term and term.due_at)
    assert bears_term or case.extension == "none"
    last_answer = [event.to_state for event in events if event.to_state in ("answered", "reopened")][-1:]
    assert (case.answered_at is not None) == (last_answer == ["answered"])
    assert case.state != "answered" or case.promise_met_at is not None
    assert (case.closed_at is not None) == (case.state in ENDED)
    lasting = [wait for wait in waits_of(events) if wait[1] is None]
    assert case.waiting_for == (lasting[0][2] if lasting else None)
    marks = [mark for event in events if event.kind == "crisis"
             for mark in ("begin", "end") if mark in (event.details or {})]  # fmt: skip
    assert crisis.runs(case) == (marks[-1:] == ["begin"])


def check_history(events: list[CaseEvent], case: Case) -> None:
    """The moves form an unbroken chain to where the case stands, each with author and time."""
    chain = [(event.from_state, event.to_state) for event in events if event.kind == "move"]
    assert chain[0] == (None, "received")
    assert all(before[1] == after[0] for before, after in pairwise(chain))
    assert chain[-1][1] == case.state
    known = {row[0] for row in STAFF.values()}
    assert all(event.staff_id in known and event.at is not None for event in events)
    given_to = [event.details["to"] for event in events if event.kind == "assignment" and event.details]
    assert case.handler_id == (given_to[-1] if given_to else None)
