"""Unhappy customers by rule: a case for each low answer and each complaint settled without content, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lib.jobs.unhappy import open_unhappy
from lib.satisfaction import answering
from lib.satisfaction.answering import AnswerForm
from lib.settings import business_now
from lib.store import audit
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import open_session
from tests.cast import C_FIRM, C_OWN, CHEN, FIRM, OWN, UNASSIGNED, ZHANG, SmallBank, scope
from tests.satisfaction.rows import answered, cases, invited, nobody_asked


@pytest.fixture(autouse=True)
def content(bank: SmallBank) -> Iterator[None]:
    """Nobody was asked, and no complaint was followed up."""
    nobody_asked()
    yield


@pytest.mark.parametrize(("overall", "days", "opens"), [
    (1, 0, True), (2, 0, True), (3, 0, False), (5, 0, False), (1, 30, True), (1, 31, False),
])  # fmt: skip
def test_a_low_answer_of_the_last_days_opens_one(overall: int, days: int, opens: bool) -> None:
    answered(OWN, overall, days)
    assert open_unhappy() == opens == len(cases())
    assert open_unhappy() == 0


def test_it_is_held_by_the_manager_with_a_promise_and_can_be_found() -> None:
    answer_id = answered(OWN, 2, verbatim="没有人回电话", attitude=1)
    answered(UNASSIGNED, 1)
    assert open_unhappy() == 2
    own, nobody = cases()
    assert (own.handler_id, own.form_key, own.reason) == (ZHANG, f"survey-{answer_id}", "attitude")
    assert own.promise_due_at is not None and own.legal_due_at is None and "没有人回电话" in (own.summary or "")
    assert nobody.handler_id is None and nobody.first_owner_id is None
    with open_session(scope("rm.zhang"), "x") as session:
        number = session.scalars(select(m.CaseNumber.number).where(m.CaseNumber.case_id == own.id)).one()
    assert number == own.number
    with bulk("verify", write=False) as session:
        assert list(audit.verify(session)) == []


def test_what_was_entered_by_hand_is_not_opened_again() -> None:
    answer_id = invited(OWN)
    with open_session(scope("rm.zhang"), "x", write=True) as session:
        answering.enter(session, OWN, answer_id, 1, AnswerForm({"overall": 1}))
    assert len(cases()) == 1 and open_unhappy() == 0


def test_more_than_a_chunk() -> None:
    for _one in range(5):
        answered(OWN, 1)
    assert open_unhappy(size=2) == 5 and open_unhappy(size=2) == 0


@pytest.mark.parametrize(("state", "satisfaction", "days", "opens"), [
    ("followed_up", 2, 99, True), ("closed", 1, 1, True), ("closed", 3, 1, False), ("closed", 1, 40, False),
    ("investigating", 1, 1, False), ("closed", None, 1, False),
])  # fmt: skip
def test_a_complaint_settled_without_content_opens_one(
    state: str, satisfaction: int | None, days: int, opens: bool
) -> None:
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_FIRM).values(
            state=state, satisfaction=satisfaction, closed_at=business_now() - timedelta(days=days)))  # fmt: skip
    assert open_unhappy() == opens
    assert open_unhappy() == 0
    for case in cases():
        assert (case.origin_id, case.customer_id, case.handler_id) == (C_FIRM, FIRM, ZHANG)
        with bulk("look", write=False) as session:
            told = session.scalars(select(m.CaseEvent).where(
                m.CaseEvent.case_id == C_FIRM, m.CaseEvent.kind == "opened")).one()  # fmt: skip
        assert told.details == {"number": case.number, "kind": "unhappy"}


def test_a_manager_complained_about_does_not_hold_it() -> None:
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(
            state="followed_up", satisfaction=1, about_staff_id=ZHANG, handler_id=CHEN))  # fmt: skip
    assert open_unhappy() == 1
    (case,) = cases()
    assert case.handler_id is None and case.about_staff_id == ZHANG
