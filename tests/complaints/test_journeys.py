"""Any sequence of steps by anyone: states stay legal, the history unbroken, clocks stop and start where they must."""

from __future__ import annotations

import uuid
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.complaints.write import register
from lib.settings import today
from lib.store.book import calendar, rulebook
from lib.store.models import Case, CaseEvent
from lib.store.session import Conflict, Refused, open_session
from lib.work import cases, steps
from lib.work.clock import legal_term
from lib.work.moves import ENDED, STATES, MoveForm, moves
from tests.cast import CHEN, LIN, STAFF, SmallBank, scope
from tests.complaints.conftest import history, registration, stored

PEOPLE = ("care.chen", "care.lin", "head.wang", "crm.zhao", "rm.zhang", "legal.qian")
STEPS = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(PEOPLE), st.sampled_from(STATES), st.booleans()),
    st.tuples(st.just("take"), st.sampled_from(PEOPLE), st.none(), st.none()),
    st.tuples(st.just("hand over"), st.sampled_from(PEOPLE), st.sampled_from((CHEN, LIN)), st.none()),
    st.tuples(st.just("progress"), st.sampled_from(PEOPLE), st.none(), st.booleans()),
    st.tuples(st.just("note"), st.sampled_from(PEOPLE), st.none(), st.none()),
)
# A journey that happens to be likely, so that the later states are reached often.
ROAD = [("move", "crm.zhao", state, True) for state in ("accepted", "investigating", "answered", "followed_up")]


@given(road=st.integers(0, len(ROAD)), taken=st.lists(STEPS, max_size=10))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_journey_keeps_the_rules(sqlite_bank: SmallBank, road: int, taken: list[tuple]) -> None:
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        number = register(session, registration(), uuid.uuid4().hex)
    for step in [*ROAD[:road], *taken]:
        before, told = stored(number), len(history(number))
        done = take_step(number, step)
        after = stored(number)
        assert len(history(number)) == told + done
        assert (after.version == before.version) or done
        check(before, after, step, done)
    check_history(history(number), stored(number))


def take_step(number: str, step: tuple) -> bool:
    """Try it as that person; whether it was allowed."""
    what, login, to, flag = step
    version = stored(number).version
    full = {"answer": "好", "satisfaction": 3, "root_cause": "people", "measure": "培训", "reason": "客户要求"}
    try:
        with open_session(scope(login), "complaints", write=True) as session:
            match what:
                case "move":
                    steps.move(session, number, version, MoveForm(to, **(full if flag else {})))
                case "take":
                    cases.take(session, number)
                case "hand over":
                    cases.assign(session, number, version, to, "")
                case "progress":
                    steps.progress(session, number, version, "已在处理", flag)
                case "note":
                    steps.note(session, number, "记一笔")
    except (Refused, Conflict):
        return False
    return True


def check(before: Case, after: Case, step: tuple, done: bool) -> None:
    """What one step may and must change."""
    if not done:
        assert (after.state, after.handler_id, after.version) == (before.state, before.handler_id, before.version)
        return
    assert step[1] != "legal.qian"
    if step[0] == "move":
        allowed = {(one.start, one.to) for one in moves("complaint", rulebook(), today())}
        assert (before.state, after.state) in allowed and after.state == step[2]
    else:
        assert after.state == before.state
    assert before.promise_met_at is None or after.promise_met_at == before.promise_met_at  # met once is met
    assert after.promise_due_at == before.promise_due_at
    if after.state == "answered":
        assert after.answered_at is not None and after.promise_met_at is not None
    if step[0] == "move" and after.state == "reopened":
        assert after.answered_at is None and after.closed_at is None
        assert after.legal_due_at == legal_term(history(after.number)[-1].at, "none", calendar(), rulebook()).due_at
    else:
        assert after.legal_due_at == before.legal_due_at
    assert (after.closed_at is not None) == (after.state in ENDED)
    assert after.first_owner_id == CHEN


def check_history(events: list[CaseEvent], case: Case) -> None:
    """The moves form an unbroken chain to where the case stands, each with author and time."""
    chain = [(event.from_state, event.to_state) for event in events if event.kind == "move"]
    assert chain[0] == (None, "received")
    assert all(before[1] == after[0] for before, after in pairwise(chain))
    assert chain[-1][1] == case.state
    known = {row[0] for row in STAFF.values()}
    assert all(event.staff_id in known and event.at is not None for event in events)
    handed = [event.details["to"] for event in events if event.kind == "assignment" and event.details]
    assert case.handler_id == (handed[-1] if handed else None)
