"""The roads of enquiries and breakpoints by themselves: tables of moves, and that no path skips what is needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.enquiries.rules import OUTCOMES
from lib.enquiries.steps import At, StepForm, repairer_of, steps_from
from lib.settings import business_now, today
from lib.store.book import calendar, rulebook
from lib.store.models import CaseEvent
from lib.store.session import Refused
from lib.work.clock import promise
from lib.work.clock_of import Terms
from lib.work.moves import CAPABILITIES, kind_of, moves, state_name
from tests.cast import SmallBank, scope
from tests.enquiries.rows import handed, history, registered, stored, taken

PEOPLE = ("rm.zhang", "rm.gao", "head.wang", "crm.zhao", "care.chen")
FULL: dict[str, Any] = {
    "answer": "答", "told": "告知", "channel": "phone", "repair": "修", "root_cause": "process_missing",
    "result": "好", "reason": "因", "complaint_reason": "fees", "demand": "退",
}  # fmt: skip
ENQUIRY_TRIES = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(("answered", "closed", "received", "told")),
                          st.sampled_from(("", *OUTCOMES)), st.booleans())  # fmt: skip
BREAKPOINT_TRIES = st.tuples(
    st.sampled_from(PEOPLE), st.sampled_from(("told", "repaired", "closed", "withdrawn", "hand over")), st.booleans()
)
QUIET = settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "as_what", "repaired_it", "open_"),
    [
        ("received", "handler", False, {"told", "withdrawn"}),
        ("told", "handler", False, {"repaired"}),
        ("told", "head", False, {"repaired", "withdrawn"}),
        ("repaired", "handler", False, {"closed", "told"}),
        ("repaired", "handler", True, set()),
        ("repaired", "head", True, set()),
        ("repaired", "crm", True, set()),
        ("told", "handler", True, {"repaired"}),  # found not repaired: the same one may mend it again
        ("closed", "crm", False, set()),
        ("withdrawn", "crm", False, set()),
        ("received", "", False, set()),
    ],
)
def test_steps_open_in_a_state(
    sqlite_bank: SmallBank, state: str, as_what: str, repaired_it: bool, open_: set[str]
) -> None:
    at = At("breakpoint", state, as_what, repaired_it)
    assert {move.to for move in steps_from(at, rulebook(), today())} == open_


@pytest.mark.parametrize(
    ("state", "to", "outcome", "more", "refused"),
    [
        ("received", "answered", "", {"answer": "答"}, ""),
        ("received", "answered", "", {}, "答复内容"),
        ("received", "answered", "referred", {"answer": "答"}, ""),
        ("received", "answered", "unanswered", {"answer": "答"}, "没有答复"),
        ("received", "closed", "unanswered", {"reason": "客户离开"}, ""),
        ("received", "closed", "answered", {"reason": "x"}, "没有答复"),
        ("received", "closed", "", {"reason": "x"}, "请选择“结果”"),
        ("received", "closed", "complaint", {"reason": "x", "complaint_reason": "fees", "demand": "退"}, ""),
        ("received", "closed", "complaint", {"reason": "x", "complaint_reason": "no", "demand": "退"}, "投诉原因"),
        ("answered", "closed", "product_interest", {}, ""),
        ("answered", "closed", "product_interest", {"next_step": "长" * 201}, "太长"),
        ("answered", "closed", "unanswered", {}, "没有答复"),
        ("answered", "answered", "", {"answer": "答"}, "不能由你转为"),
        ("closed", "answered", "", {"answer": "答"}, "不能由你转为"),
    ],
)
def test_what_a_step_of_an_enquiry_must_say(
    sqlite_bank: SmallBank, state: str, to: str, outcome: str, more: dict[str, str], refused: str
) -> None:
    found = StepForm(to, outcome=outcome, **more).problems(At("enquiry", state, "handler"), rulebook(), today(), ())
    assert (refused in found[0].sentence) if refused else found == []


@QUIET
@given(tries=st.lists(BREAKPOINT_TRIES, max_size=9))
def test_no_breakpoint_is_closed_untold_unrepaired_or_verified_by_its_repairer(
    sqlite_bank: SmallBank, tries: list[tuple[str, str, bool]]
) -> None:
    number = registered(kind="breakpoint")
    for login, to, whole in tries:
        try:
            if to == "hand over":
                handed(number, scope("rm.gao").staff_id, login, "因" if whole else " ")
            else:
                taken(number, StepForm(to, **(FULL if whole else {})), login)
        except Refused:
            continue
        assert whole  # nothing is taken without its texts
    case, road = stored(number), [one for one in history(number) if one.kind == "move"]
    states = [one.to_state for one in road]
    assert states[-1] == case.state
    if "repaired" in states:
        assert "told" in states[: states.index("repaired")] and case.promise_met_at is not None and case.root_cause
    if case.state == "closed":
        assert states[-2] == "repaired" and case.closed_at is not None
        assert road[-1].staff_id != repairer_of(history(number))
    for event, before in zip(road[1:], road, strict=False):
        assert event.from_state == before.to_state


@QUIET
@given(tries=st.lists(ENQUIRY_TRIES, max_size=6))
def test_no_enquiry_ends_without_an_outcome_or_as_answered_without_an_answer(
    sqlite_bank: SmallBank, tries: list[tuple[str, str, str, bool]]
) -> None:
    number = registered()
    for login, to, outcome, whole in tries:
        try:
            taken(number, StepForm(to, outcome=outcome, **(FULL if whole else {})), login)
        except Refused:
            continue
    case = stored(number)
    assert (case.state == "closed") == (case.closed_at is not None) == (case.outcome is not None)
    assert (case.answer is not None) == (case.promise_met_at is not None) == (case.answered_at is not None)
    if case.outcome in OUTCOMES[:3]:
        assert case.answer
    if case.outcome == "unanswered":
        assert case.answer is None


@pytest.mark.parametrize("kind", ["enquiry", "breakpoint"])
def test_every_state_of_the_rule_has_a_name_and_only_known_posts_move(sqlite_bank: SmallBank, kind: str) -> None:
    for move in moves(kind, rulebook(), today()):
        assert state_name(kind, move.start) != move.start and state_name(kind, move.to) != move.to
        assert set(move.who) <= set(CAPABILITIES)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-02-13T18:30+08:00", "2026-02-14T18:30+08:00"),  # before the Spring Festival: hours do not wait
        ("2026-10-01T00:00+08:00", "2026-10-02T00:00+08:00"),
        ("2026-12-31T23:59+08:00", "2027-01-01T23:59+08:00"),  # a year nobody has loaded yet
    ],
)
@pytest.mark.parametrize("customer_kind", ["personal", "corporate"])
def test_their_clocks_run_by_the_hour(sqlite_bank: SmallBank, received: str, due: str, customer_kind: str) -> None:
    for kind, rule in (("enquiry", "enquiry.answer"), ("breakpoint", "breakpoint.tell")):
        at = datetime.fromisoformat(received)
        terms = Terms(kind, customer_kind, False, "none", at, at, (), ())
        clock = terms.promise(calendar(), rulebook())
        assert clock is not None and clock.due_at == datetime.fromisoformat(due) and not clock.provisional
        assert clock.entry is not None and clock.entry.key == rule and "到期" in clock.working()
        assert terms.legal_term(calendar(), rulebook()) is None


def test_complaints_keep_their_own_promise(sqlite_bank: SmallBank) -> None:
    assert kind_of("complaint", rulebook(), today()).promise == ""
    clock = promise("corporate", True, business_now() - timedelta(days=1), calendar(), rulebook())
    assert clock.entry is not None and clock.entry.key == "complaint.promise.corporate_complex"


def test_the_repairer_is_the_last_one_who_repaired() -> None:
    events = [CaseEvent(to_state=to, staff_id=who) for to, who in
              (("received", 1), ("told", 1), ("repaired", 2), ("told", 3), ("repaired", 4), ("closed", 5))]  # fmt: skip
    assert repairer_of(events) == 4 and repairer_of(events[:2]) is None
