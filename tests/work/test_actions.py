"""Improvement actions whatever they came from: when one is overdue, and that ending one asks for a word."""

from __future__ import annotations

from datetime import date

import pytest

from lib.store.models import Action
from lib.store.session import Refused, open_session
from lib.work.actions import end, is_overdue, may_finish, may_give
from tests.cast import NORTH, WANG, ZHANG, SmallBank, scope

DUE = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("state", "on", "late"),
    [("open", DUE, False), ("open", date(2026, 3, 3), True), ("done", date(2026, 3, 3), False)],
)
def test_overdue_from_the_day_after(state: str, on: date, late: bool) -> None:
    assert is_overdue(Action(state=state, due_on=DUE), on) is late


def test_the_owner_ends_what_the_head_gives() -> None:
    action = Action(state="open", owner_id=ZHANG, branch_id=NORTH)
    assert may_finish(scope("rm.zhang"), action) and not may_give(scope("rm.zhang"), NORTH)
    assert may_give(scope("head.wang"), NORTH) and not may_give(scope("head.wang"), None)
    assert not may_finish(scope("rm.zhang"), Action(state="done", owner_id=ZHANG, branch_id=NORTH))


def test_an_end_without_a_word_is_refused(sqlite_bank: SmallBank) -> None:
    with open_session(scope("head.wang"), "review", write=True) as session:
        action = session.get_one(Action, 1)
        assert action.owner_id == WANG
        with pytest.raises(Refused, match="证据"):
            end(session, action, action.version, "done", "  ", "请写明完成的证据。")
        assert end(session, action, action.version, "done", "见周报", "").state == "done"
