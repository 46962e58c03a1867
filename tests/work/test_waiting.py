"""Waiting and going on: who may, what is kept, and which stored due moments move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lib.settings import business_now
from lib.store.session import Conflict, Refused, open_session
from lib.work import steps
from lib.work.moves import MoveForm
from lib.work.waiting import resume, wait
from tests.cast import SmallBank, scope
from tests.complaints.conftest import history, registered, stored
from tests.entries import let_wait

__all__ = ["registered"]
Registered = Callable[..., str]


def hold(number: str, for_: str = "customer", login: str = "care.chen", version: int | None = None) -> None:
    with open_session(scope(login), "complaints", write=True) as session:
        wait(session, number, stored(number).version if version is None else version, for_, "等客户补交流水")


def go_on(number: str, text: str = "流水已收到") -> None:
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        resume(session, number, stored(number).version, text)


def move(number: str, *states: str) -> None:
    for to in states:
        with open_session(scope("care.chen"), "complaints", write=True) as session:
            form = MoveForm(to, answer="已退", fault="own", reason="客户撤诉")
            steps.move(session, number, stored(number).version, form)


def test_a_wait_is_kept_and_moves_no_clock_by_the_shipped_rule(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    before = stored(number)
    hold(number)
    waiting = stored(number)
    assert waiting.waiting_for == "customer" and waiting.waiting_since is not None
    go_on(number)
    after = stored(number)
    assert (after.waiting_for, after.waiting_since) == (None, None)
    due = (before.promise_due_at, before.legal_due_at)
    assert (waiting.promise_due_at, waiting.legal_due_at) == (after.promise_due_at, after.legal_due_at) == due
    said = [(event.kind, event.details, event.text) for event in history(number)[-2:]]
    assert said == [("wait", {"for": "customer"}, "等客户补交流水"), ("resume", {"for": "customer"}, "流水已收到")]


def test_where_the_rule_allows_it_the_clock_stands_still_until_work_goes_on(
    bank: SmallBank, registered: Registered
) -> None:
    let_wait("promise", "customer")
    number = registered("care.chen", hold=True, received_at=business_now() - timedelta(hours=3))
    before = stored(number)
    hold(number)
    waiting = stored(number)
    assert waiting.promise_due_at is None and waiting.legal_due_at == before.legal_due_at
    go_on(number)
    after = stored(number)
    start, end = (event.at for event in history(number)[-2:])
    assert before.promise_due_at and after.promise_due_at == before.promise_due_at + (end - start)


def test_the_answer_ends_the_wait_and_its_pause(sqlite_bank: SmallBank, registered: Registered) -> None:
    let_wait("promise", "outside")
    number = registered("care.chen", hold=True)
    move(number, "accepted")
    hold(number, "outside")
    move(number, "answered")
    case = stored(number)
    assert case.waiting_for is None and case.promise_due_at is not None and case.promise_met_at is not None
    assert case.promise_met_at <= case.promise_due_at


def test_a_substantive_reply_while_waiting_fixes_the_promise(sqlite_bank: SmallBank, registered: Registered) -> None:
    let_wait("promise", "customer")
    number = registered("care.chen", hold=True)
    hold(number)
    with open_session(scope("care.chen"), "complaints", write=True) as session:
        steps.progress(session, number, stored(number).version, "已查明，可退", True)
    case = stored(number)
    assert case.promise_due_at and case.promise_met_at and case.promise_met_at <= case.promise_due_at
    assert case.waiting_for == "customer"


def test_what_is_refused(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    with pytest.raises(Refused, match="没有在等待"):
        go_on(number)
    with pytest.raises(Refused, match="在等待谁"):
        hold(number, "godot")
    with pytest.raises(Conflict):
        hold(number, version=99)
    with pytest.raises(Refused):
        hold(number, login="rm.gao")
    hold(number)
    with pytest.raises(Refused, match="已在等待"):
        hold(number)
    with pytest.raises(Refused, match="写明内容"):
        go_on(number, " ")
    move(number, "withdrawn")
    assert stored(number).waiting_for is None
    with pytest.raises(Refused, match="已结束"):
        hold(number)
