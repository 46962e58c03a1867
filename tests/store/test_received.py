"""Counts of what came in: within the scope, for officers of the whole bank, and figures only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lib.store.received import first_received, received
from lib.store.session import open_session
from tests.cast import MOMENT, NORTH, SOUTH, SmallBank, scope

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
THIS = [(MOMENT, MOMENT + HOUR), (MOMENT - WEEK, MOMENT + HOUR - WEEK)]
LATER = [(MOMENT + WEEK, MOMENT + HOUR + WEEK), *THIS]
# Of the cast's six complaints two are of the north, two of the south, one is about the north by nobody's customer,
# and one is the firm's, of the north.
WHOLE = {str(NORTH): 4, str(SOUTH): 2}


@pytest.mark.parametrize(
    ("login", "expected"),
    [("crm.zhao", WHOLE), ("care.chen", WHOLE), ("care.lin", WHOLE), ("head.wang", {str(NORTH): 4}),
     ("head.zhu", {str(SOUTH): 2}), ("exec.zhou", {})],
)  # fmt: skip
def test_who_is_told_of_how_many(bank: SmallBank, login: str, expected: dict[str, int]) -> None:
    with open_session(scope(login), "complaints") as session:
        found = received(session, "complaint", "branch", THIS)
        assert {one.key: one.this for one in found} == expected and not any(one.before for one in found)
        assert {one.key: one.before for one in received(session, "complaint", "branch", LATER)} == expected


def test_windows_are_half_open(sqlite_bank: SmallBank) -> None:
    with open_session(scope("crm.zhao"), "complaints") as session:
        assert received(session, "complaint", "business", [(MOMENT - HOUR, MOMENT)]) == []
        assert received(session, "suggestion", "business", THIS) == []
        assert [one[:2] for one in received(session, "complaint", "business", THIS)] == [("card", 6)]


def test_since_when_the_bank_keeps_a_kind(bank: SmallBank) -> None:
    with open_session(scope("exec.zhou"), "complaints") as session:
        assert first_received(session, "complaint") == MOMENT and first_received(session, "suggestion") is None
