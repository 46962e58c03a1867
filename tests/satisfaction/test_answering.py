"""Answers as entered: checked, kept once, never rewritten; a low one opens its follow-up at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from lib.satisfaction import answering
from lib.satisfaction.answering import AnswerForm, Kept
from lib.satisfaction.rules import questionnaires
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from tests.cast import OTHER, OWN, ZHANG, SmallBank, scope
from tests.satisfaction.rows import ANSWER, answered, cases, invited, nobody_asked, stored


@pytest.fixture(autouse=True)
def asked(bank: SmallBank) -> Iterator[None]:
    """Nobody was asked before."""
    nobody_asked()
    yield


def enter(answer_id: int, overall: int | None = 4, login: str = "rm.zhang", version: int = 1, **more: Any) -> Kept:
    form = AnswerForm({"overall": overall, **more.pop("scores", {})}, **more)
    with open_session(scope(login), "satisfaction", write=True) as session:
        return answering.enter(session, OWN, answer_id, version, form)


def test_an_answer_is_kept_with_who_entered_it() -> None:
    answer_id = invited(OWN, 3, questionnaire="full")
    kept = enter(answer_id, 4, scores={**ANSWER, "recommend": 9}, verbatim=" 办理很快 ")
    row = stored(answer_id)
    assert kept == Kept(answer_id, "")
    assert (row.overall, row.recommend, row.efficiency, row.verbatim) == (4, 9, 3, "办理很快")
    assert (row.answered_on, row.staff_id, row.outcome) == (today(), ZHANG, None)
    assert cases() == []


def test_an_answer_is_given_once() -> None:
    answer_id = invited(OWN)
    enter(answer_id)
    with pytest.raises(Refused, match="已经录入"):
        enter(answer_id, 1, version=2)
    with pytest.raises(Refused, match="已经录入"), open_session(scope("rm.zhang"), "x", write=True) as session:
        session.get_one(m.SurveyAnswer, (OWN, answer_id)).overall = 5
        session.flush()
    assert stored(answer_id).overall == 4


def test_of_two_who_enter_one_is_told() -> None:
    answer_id = invited(OWN)
    with pytest.raises(Conflict):
        enter(answer_id, version=2)


@pytest.mark.parametrize("low", [1, 2])
def test_a_low_answer_opens_its_follow_up_once(low: int) -> None:
    answer_id = invited(OWN, questionnaire="complaint", occasion="complaint")
    kept = enter(answer_id, low, scores={"attitude": 3, "efficiency": 1}, verbatim="等了一个月")
    (case,) = cases()
    assert case.number == kept.case and case.number.startswith("M")
    assert (case.customer_id, case.handler_id, case.form_key) == (OWN, ZHANG, f"survey-{answer_id}")
    assert (case.reason, case.satisfaction, case.state) == ("efficiency", None, "received")
    assert case.promise_due_at is not None and case.legal_due_at is None
    assert "等了一个月" in (case.summary or "") and f"{low} 分" in (case.summary or "")
    with bulk("look", write=False) as session:
        kinds = session.scalars(select(m.CaseEvent.kind).where(m.CaseEvent.case_id == case.id)).all()
    assert sorted(kinds) == ["assignment", "move"]


def test_three_points_are_no_unhappiness() -> None:
    enter(invited(OWN), 3)
    assert cases() == []


@pytest.mark.parametrize(("scores", "more", "said"), [
    ({}, {}, "总体满意度"), ({"overall": 6}, {}, "1 至 5"), ({"overall": 0}, {}, "1 至 5"),
    ({"overall": 4, "recommend": 11}, {}, "0 至 10"), ({"overall": 4, "recommend": -1}, {}, "0 至 10"),
    ({"overall": 4, "efficiency": 3}, {}, "不问"), ({"overall": 4}, {"verbatim": "长" * 1001}, "1000"),
])  # fmt: skip
def test_what_does_not_fit_is_said(scores: dict[str, int], more: dict[str, str], said: str) -> None:
    asked = questionnaires(rulebook(), today())["short"]
    (sentence,) = AnswerForm(scores, **more).problems(asked)
    assert said in sentence


def test_what_fits_has_no_problem() -> None:
    asked = questionnaires(rulebook(), today())["full"]
    scores = {"overall": 1, "recommend": 0, **dict.fromkeys(ANSWER, 5), "attitude": None}
    assert AnswerForm(scores, "长" * 1000).problems(asked) == []


@pytest.mark.parametrize("login", ["rm.gao", "rm.li", "head.zhu", "care.chen", "legal.qian", "exec.zhou", "product.he"])
def test_who_may_not_enters_nothing(login: str) -> None:
    answer_id = invited(OWN)
    with pytest.raises(Refused):
        enter(answer_id, login=login)
    assert stored(answer_id).answered_on is None


@pytest.mark.parametrize("login", ["rm.zhang", "head.wang", "crm.zhao"])
def test_who_may_enters_in_their_own_name(login: str) -> None:
    answer_id = invited(OWN)
    enter(answer_id, login=login)
    assert stored(answer_id).staff_id == scope(login).staff_id
    with pytest.raises(PassesBy), open_session(scope(login), "x", write=True) as session:
        session.add(m.SurveyAnswer(
            customer_id=OWN, id=5, asked_on=today(), answered_on=today(), channel="phone", occasion="own", overall=5,
            staff_id=99, version=1,
        ))  # fmt: skip
        session.flush()


def test_nobody_reached_may_be_tried_again() -> None:
    answer_id = invited(OWN)
    with open_session(scope("rm.zhang"), "x", write=True) as session:
        answering.no_answer(session, OWN, answer_id, 1, "not_reached")
    assert stored(answer_id).outcome == "not_reached"
    enter(answer_id, 5, version=2)
    assert (stored(answer_id).outcome, stored(answer_id).overall) == (None, 5)
    with pytest.raises(Refused, match="未作答"), open_session(scope("rm.zhang"), "x", write=True) as session:
        answering.no_answer(session, OWN, answer_id, 3, "because")


def test_what_a_customer_says_unasked_is_kept_once_and_followed_up() -> None:
    form = AnswerForm({"overall": 1}, "柜台没有人")
    found = []
    for _twice in range(2):
        with open_session(scope("rm.zhang"), "x", write=True) as session:
            found.append(answering.volunteer(session, OWN, "short", "phone", form, "once"))
    assert found[0].answer_id == found[1].answer_id and len(cases()) == 1
    assert (stored(found[0].answer_id).occasion, stored(found[0].answer_id).answered_on) == ("own", today())
    with pytest.raises(Refused), open_session(scope("rm.zhang"), "x", write=True) as session:
        answering.volunteer(session, OTHER, "short", "phone", form, "other")
    with pytest.raises(Refused, match="问卷"), open_session(scope("rm.zhang"), "x", write=True) as session:
        answering.volunteer(session, OWN, "none", "phone", form, "third")


def test_words_are_empty_for_who_sees_people_masked() -> None:
    answered(OWN, 4, verbatim="我姓欧阳，柜台很好")
    with open_session(scope("exec.zhou"), "x") as session:
        assert session.scalars(select(m.SurveyAnswer.verbatim)).all() == [None]
    with open_session(scope("rm.zhang"), "x") as session:
        assert session.scalars(select(m.SurveyAnswer.verbatim)).all() == ["我姓欧阳，柜台很好"]
