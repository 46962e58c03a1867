"""Steps of a case: what each leaves behind, and the unhappy customer who is followed until content."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from lib.store.bulk import bulk
from lib.store.models import Case
from lib.store.session import Refused, open_session
from lib.work import cases, steps
from lib.work.moves import MoveForm
from tests.cast import WANG, ZHANG, SmallBank, scope
from tests.complaints.conftest import history, registered, stored

__all__ = ["registered"]
Registered = Callable[..., str]


def act(login: str, number: str, form: MoveForm) -> None:
    with open_session(scope(login), "complaints", write=True) as session:
        steps.move(session, number, stored(number).version, form)


def answered(number: str) -> None:
    act("care.chen", number, MoveForm("accepted"))
    act("care.chen", number, MoveForm("answered", answer="已退", fault="own", apology="oral", compensation_fen=12_000))


def unhappy_of(number: str) -> list[Case]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(Case).where(Case.origin_id == stored(number).id)))


@pytest.fixture
def unhappy(sqlite_bank: SmallBank, registered: Registered) -> Case:
    """The case of a customer who gave the handling one point."""
    number = registered("care.chen", hold=True)
    answered(number)
    act("care.chen", number, MoveForm("followed_up", satisfaction=1, contacted="reached"))
    (found,) = unhappy_of(number)
    return found


def test_the_answer_keeps_fault_apology_and_compensation(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    answered(number)
    case = stored(number)
    assert (case.fault, case.apology, case.compensation_fen) == ("own", "oral", 12_000)
    said = history(number)[-1].details
    assert said == {"answer": "已退", "fault": "own", "apology": "oral", "compensation_fen": 12_000}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (MoveForm("answered", answer="好", fault="own", compensation_fen=-1), "不能为负数"),
        (MoveForm("answered", answer="好", fault="somebody"), "责任认定"),
        (MoveForm("answered", answer="好"), "责任认定"),
    ],
)
def test_an_answer_that_says_too_little(
    sqlite_bank: SmallBank, registered: Registered, form: MoveForm, sentence: str
) -> None:
    number = registered("care.chen", hold=True)
    act("care.chen", number, MoveForm("accepted"))
    with pytest.raises(Refused, match=sentence):
        act("care.chen", number, form)


def test_who_was_not_reached_gave_no_points(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    answered(number)
    with pytest.raises(Refused, match="没有联系上"):
        act("care.chen", number, MoveForm("followed_up", satisfaction=5, contacted="not_reached"))
    act("care.chen", number, MoveForm("followed_up", not_asked_reason="五次未接通", contacted="not_reached"))
    assert history(number)[-1].details == {"contacted": "not_reached", "not_asked_reason": "五次未接通"}


@pytest.mark.parametrize(("points", "opened"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_few_points_open_a_case_of_their_own(
    sqlite_bank: SmallBank, registered: Registered, points: int, opened: int
) -> None:
    number = registered("care.chen", hold=True)
    answered(number)
    act("care.chen", number, MoveForm("followed_up", satisfaction=points))
    found = unhappy_of(number)
    assert len(found) == opened
    for case in found:
        assert (case.kind, case.handler_id, case.legal_due_at) == ("unhappy", ZHANG, None)
        assert case.promise_due_at is not None and case.number.startswith("M")
        assert history(number)[-1].details == {"number": case.number, "kind": "unhappy"}


def test_the_manager_complained_about_does_not_follow_up(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True, about_staff_id=ZHANG)
    answered(number)
    act("care.chen", number, MoveForm("followed_up", satisfaction=1))
    assert unhappy_of(number)[0].handler_id is None


def test_who_is_still_unhappy_is_let_go_only_by_head_or_department_with_a_reason(unhappy: Case) -> None:
    number = unhappy.number
    act("rm.zhang", number, MoveForm("investigating"))
    act("rm.zhang", number, MoveForm("followed_up", satisfaction=2, settlement="再次道歉"))
    ending = MoveForm("closed", measure="改进柜面话术")
    for login in ("rm.zhang", "head.wang"):
        with pytest.raises(Refused, match="仍不满意"):
            act(login, number, ending)
    with open_session(scope("crm.zhao"), "complaints", write=True) as session:
        cases.assign(session, number, stored(number).version, WANG, "由支行负责人跟进")
    act("head.wang", number, MoveForm("closed", measure="改进柜面话术", reason="客户拒绝再谈"))  # head and handler
    assert stored(number).state == "closed"


def test_who_is_content_again_is_settled_by_the_handler(unhappy: Case) -> None:
    number = unhappy.number
    act("rm.zhang", number, MoveForm("investigating"))
    act("rm.zhang", number, MoveForm("followed_up", satisfaction=4, settlement="补偿已到账"))
    act("rm.zhang", number, MoveForm("closed", measure="改进柜面话术"))
    assert stored(number).closed_at is not None


def test_a_root_cause_is_a_leaf_of_the_tree(sqlite_bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True)
    answered(number)
    act("care.chen", number, MoveForm("followed_up", satisfaction=4))
    with pytest.raises(Refused, match="根本原因"):
        act("care.chen", number, MoveForm("closed", root_cause="system", measure="培训"))
    act("care.chen", number, MoveForm("closed", root_cause="unfounded", measure="无"))
