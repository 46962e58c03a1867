"""Crisis handling: begun with a reason, a checklist worked off or explained, a log, ended only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lib.complaints import crisis
from lib.settings import today
from lib.store.book import rulebook
from lib.store.session import Conflict, Refused, StoreSession, open_session
from tests.cast import CHEN, SmallBank, scope
from tests.complaints.conftest import history, registered, stored
from tests.entries import enter_rule

__all__ = ["registered"]
Registered = Callable[..., str]


def run(act: Callable[[StoreSession], object], login: str = "care.chen") -> None:
    with open_session(scope(login), "complaints", write=True) as session:
        act(session)


def begin(number: str) -> None:
    run(lambda session: crisis.begin(session, number, stored(number).version, "媒体来电询问"))


def tick(number: str, step: str, text: str = "", *, left_out: bool = False) -> None:
    run(lambda session: crisis.tick(session, number, step, text, left_out=left_out))


def end(number: str) -> None:
    run(lambda session: crisis.end(session, number, stored(number).version, "客户撤回公开帖子"))


def listed(number: str) -> tuple[crisis.Step, ...]:
    return crisis.checklist(stored(number), history(number), rulebook())


def codes() -> list[str]:
    return [one["code"] for one in rulebook().value("complaint.crisis_steps", today())]


def test_from_its_beginning_to_its_end(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    assert listed(number) == () and not crisis.runs(stored(number))
    begin(number)
    assert crisis.runs(stored(number)) and [one.open for one in listed(number)] == [True] * 8
    first, *rest = codes()
    tick(number, first, "已致电客户")
    run(lambda session: crisis.log(session, number, "记者第二次来电"))
    done = listed(number)[0]
    assert (done.open, done.staff_id, done.text, done.left_out) == (False, CHEN, "已致电客户", False)
    with pytest.raises(Refused, match="向公众说明情况"):
        end(number)
    for step in rest:
        tick(number, step, "不适用", left_out=step == "tell_public")
    assert [one.left_out for one in listed(number)].count(True) == 1
    end(number)
    case = stored(number)
    assert case.crisis_ended_at is not None and not crisis.runs(case)
    assert [event.kind for event in history(number)].count("crisis") == 11


def test_what_is_refused(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    with pytest.raises(Refused, match="没有在按危机处理"):
        tick(number, "look_back")
    with pytest.raises(Refused, match="写明内容"):
        run(lambda session: crisis.begin(session, number, stored(number).version, " "))
    with pytest.raises(Conflict):
        run(lambda session: crisis.begin(session, number, 99, "媒体"))
    with pytest.raises(Refused):
        run(lambda session: crisis.begin(session, number, stored(number).version, "媒体"), "rm.gao")
    begin(number)
    with pytest.raises(Refused, match="已在按危机处理"):
        begin(number)
    with pytest.raises(Refused, match="没有这一步"):
        tick(number, "call the king")
    with pytest.raises(Refused, match="写明内容"):
        tick(number, "tell_public", left_out=True)
    tick(number, "tell_public", "尚无公开影响", left_out=True)
    tick(number, "tell_public", "已发布说明")  # what was left out may be done after all
    with pytest.raises(Refused, match="已完成"):
        tick(number, "tell_public", "再发一次")


def test_a_second_crisis_begins_with_an_empty_list(sqlite_bank: SmallBank, registered: Registered) -> None:
    enter_rule("complaint.crisis_steps", [{"code": "call", "name": "致电"}])
    number = registered("care.chen", hold=True)
    begin(number)
    tick(number, "call")
    end(number)
    begin(number)
    assert [(one.title, one.open) for one in listed(number)] == [("致电", True)]
    assert crisis.runs(stored(number))
