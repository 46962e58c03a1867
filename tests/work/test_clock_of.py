"""The clocks of one case: what it bears, when its term began, and which waits count, by its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lib.settings import business_now
from lib.store.book import calendar, rulebook
from lib.store.models import Case, CaseEvent
from lib.work import steps
from lib.work.clock_of import clocks_of, dues_moved, pauses_of, term_began, terms_of, waits_of
from lib.work.moves import MoveForm
from tests.cast import SmallBank, scope
from tests.complaints.conftest import history, registered, stored
from tests.entries import let_wait

__all__ = ["registered"]
RECEIVED = datetime(2026, 9, 16, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def case(kind: str = "complaint", **values: Any) -> Case:
    given = {"customer_kind": "personal", "complex": False, "extension": "none", "received_at": RECEIVED, **values}
    return Case(kind=kind, state="accepted", **given)


def event(days: float, kind: str = "move", to: str | None = None, for_: str = "") -> CaseEvent:
    details = {"for": for_} if for_ else None
    return CaseEvent(at=RECEIVED + days * DAY, kind=kind, to_state=to, details=details)


def test_both_clocks_show_their_working(sqlite_bank: SmallBank, registered: Callable[..., str]) -> None:
    found = stored(registered("care.chen", received_at=RECEIVED))
    promised, term, outside = clocks_of(found, [], calendar(), rulebook())
    assert promised and term and outside is None
    assert promised.due_at == found.promise_due_at and term.due_at == found.legal_due_at
    assert term.working() == "到期 2026-10-01 24:00；已计：09-17…10-01；日历 2026 v1"


def test_a_term_set_outside_is_a_clock_of_its_own(sqlite_bank: SmallBank) -> None:
    due = RECEIVED + 10 * DAY
    outside = clocks_of(case(outside_due_at=due), [], calendar(), rulebook()).outside
    assert outside and (outside.kind, outside.due_at) == ("outside", due)


@pytest.mark.parametrize("kind", ["suggestion", "unhappy"])
def test_other_kinds_bear_the_promise_only(sqlite_bank: SmallBank, kind: str) -> None:
    due = RECEIVED + DAY
    promised, term, _outside = clocks_of(case(kind, promise_due_at=due), [], calendar(), rulebook())
    assert promised and promised.due_at == due and term is None
    assert terms_of(case(kind), [], rulebook()).due_moments(calendar(), rulebook())["legal_due_at"] is None


def test_imported_complaints_were_promised_nothing(sqlite_bank: SmallBank) -> None:
    old = case(received_at=datetime(2019, 5, 1, tzinfo=UTC))
    promised, term, _outside = clocks_of(old, [], calendar(), rulebook())
    assert promised is None and term and term.working() == "收到投诉时法定期限尚未施行"
    newer = case(received_at=datetime(2021, 5, 1, tzinfo=UTC))
    assert clocks_of(newer, [], calendar(), rulebook()) == (None, None, None)


def test_reopening_starts_the_legal_term_alone(sqlite_bank: SmallBank, registered: Callable[..., str]) -> None:
    from lib.store.session import open_session

    number = registered("care.chen", hold=True, received_at=business_now() - 20 * DAY)
    promised = stored(number).promise_due_at
    for step in ("accepted", "answered", "followed_up", "reopened"):
        with open_session(scope("care.chen"), "complaints", write=True) as session:
            form = MoveForm(step, answer="好", fault="own", satisfaction=4, reason="未解决")
            steps.move(session, number, stored(number).version, form)
    found, events = stored(number), history(number)
    again, term, _outside = clocks_of(found, events, calendar(), rulebook())
    assert again and again.due_at == found.promise_due_at == promised
    assert term and term.due_at == found.legal_due_at and term.due_at > business_now() + 14 * DAY
    assert term_began(found, events) == events[-1].at


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], []),
        ([event(1, "wait", for_="customer")], [(1, None, "customer")]),
        ([event(1, "wait", for_="customer"), event(3, "resume")], [(1, 3, "customer")]),
        ([event(1, "wait", for_="outside"), event(3, to="answered")], [(1, 3, "outside")]),
        ([event(1, "wait", for_="outside"), event(3, to="investigating")], [(1, None, "outside")]),
        (
            [event(1, "wait", for_="customer"), event(2, "resume"), event(3, "note"), event(4, "wait", for_="outside"),
             event(5, to="withdrawn"), event(6, "resume")],
            [(1, 2, "customer"), (4, 5, "outside")],
        ),
    ],
)  # fmt: skip
def test_waits_end_by_resuming_or_with_the_answer(
    events: list[CaseEvent], expected: list[tuple[float, float | None, str]]
) -> None:
    at = [(RECEIVED + a * DAY, None if b is None else RECEIVED + b * DAY, code) for a, b, code in expected]
    assert waits_of(events) == at


def test_only_waits_the_rule_names_stop_a_clock(sqlite_bank: SmallBank) -> None:
    events = [event(1, "wait", for_="customer"), event(3, "resume"), event(4, "wait", for_="outside")]
    assert pauses_of("legal_term", events, None, rulebook()) == ()
    assert dues_moved(case(), events, calendar(), rulebook()) == {}
    let_wait("legal_term", "customer")
    found = pauses_of("legal_term", events, None, rulebook())
    assert [(one.start, one.end, one.why) for one in found] == [(RECEIVED + DAY, RECEIVED + 3 * DAY, "等待客户")]
    assert pauses_of("promise", events, None, rulebook()) == ()


def test_what_came_after_a_clock_was_met_does_not_move_it(sqlite_bank: SmallBank) -> None:
    let_wait("legal_term", "customer")
    events = [event(1, "wait", for_="customer")]
    met = RECEIVED + 2 * DAY
    (pause,) = pauses_of("legal_term", events, met, rulebook())
    assert pause.end == met
    assert pauses_of("legal_term", events, RECEIVED + DAY / 2, rulebook()) == ()


def test_a_clock_that_stands_still_is_shown_though_nothing_is_stored(sqlite_bank: SmallBank) -> None:
    let_wait("legal_term", "customer")
    events = [event(1, "wait", for_="customer")]
    waiting = case(promise_due_at=RECEIVED + DAY)
    moved = dues_moved(waiting, events, calendar(), rulebook())
    assert moved["legal_due_at"] is None and moved["promise_due_at"] == RECEIVED + DAY
    term = clocks_of(waiting, events, calendar(), rulebook()).legal_term
    assert term and term.stopped and term.working().startswith("暂停：")
