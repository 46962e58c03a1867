"""Who decides in a review, and what counts as closed and signed."""

from __future__ import annotations

import pytest

from lib.store.models import ReviewNote
from lib.store.reviewed import is_closed, is_signed, may_decide
from lib.store.scope import PassesBy, Refused
from lib.store.session import open_session
from tests.cast import NORTH, SOUTH, WANG, ZHAO, SmallBank, scope
from tests.review.sitting import LAST, closed, present, sign


@pytest.mark.parametrize(
    ("login", "branch", "decides"),
    [
        ("crm.zhao", None, True),
        ("exec.zhou", SOUTH, True),
        ("head.wang", NORTH, True),
        ("head.wang", SOUTH, False),
        ("head.wang", None, False),
        ("rm.zhang", NORTH, False),
        ("legal.qian", None, False),
        ("admin.wu", None, False),
    ],
)
def test_who_decides(login: str, branch: int | None, decides: bool) -> None:
    assert may_decide(scope(login), branch) is decides


def test_only_the_standing_version_of_a_closed_quarter_counts(bank: SmallBank) -> None:
    def state(version: int) -> tuple[bool, bool]:
        with open_session(scope("head.wang"), "review") as session:
            return is_closed(session, str(LAST), version), is_signed(session, str(LAST))

    assert state(1) == (False, False)
    closed()
    assert state(1) == (True, False)
    present([WANG])
    sign("head.wang")
    closed(version=2)
    assert state(1) == (False, True) and state(2) == (True, True)


def test_a_note_in_another_name_or_branch_passes_by_nobody(sqlite_bank: SmallBank) -> None:
    def write(login: str, **columns: object) -> None:
        with open_session(scope(login), "review", write=True) as session:
            given = {"quarter": str(LAST), "section": "churn", "text": "x", "version": 1, "addendum": False, **columns}
            session.add(ReviewNote(**given))

    with pytest.raises(Refused):
        write("crm.zhao", staff_id=WANG, branch_id=None)
    with pytest.raises(Refused):
        write("head.wang", staff_id=WANG, branch_id=SOUTH)
    with pytest.raises(PassesBy):
        write("crm.zhao", staff_id=ZHAO, branch_id=None, addendum=True)
    write("crm.zhao", staff_id=ZHAO, branch_id=None)
