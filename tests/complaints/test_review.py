"""Reviews: only of an answer, in time or said to be late, one at a time, concluded once, reopening nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.complaints import review
from lib.complaints.review import ReviewForm
from lib.settings import bank_day, business_now
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Case, CaseReview
from lib.store.session import Conflict, Refused, open_session
from lib.work import steps
from lib.work.clock import end_of
from lib.work.moves import MoveForm
from tests.cast import SmallBank, scope
from tests.complaints.conftest import history, registered, stored

__all__ = ["registered"]
Registered = Callable[..., str]


def form(**changes: Any) -> ReviewForm:
    return replace(ReviewForm("总行消费者权益保护部", "HC-1", "答复未说明收费依据", business_now()), **changes)


def ask(number: str, said: ReviewForm, login: str = "care.chen") -> int:
    with open_session(scope(login), "complaints", write=True) as session:
        return review.ask_review(session, number, said).id


def conclude(review_id: int, conclusion: str, version: int = 1, login: str = "care.chen") -> None:
    with open_session(scope(login), "complaints", write=True) as session:
        review.conclude(session, review_id, version, conclusion, "经核查")


def row(review_id: int) -> CaseReview:
    with bulk("look", write=False) as session:
        return session.scalars(select(CaseReview).where(CaseReview.id == review_id)).one()


@pytest.fixture
def answered(registered: Registered) -> Callable[..., str]:
    """`answered(ago)`: the number of a complaint answered so long ago."""

    def make(ago: timedelta = timedelta()) -> str:
        number = registered("care.chen", hold=True)
        for to in ("accepted", "answered"):
            with open_session(scope("care.chen"), "complaints", write=True) as session:
                steps.move(session, number, stored(number).version, MoveForm(to, answer="已说明", fault="unfounded"))
        with bulk("test") as session:
            session.scalars(select(Case).where(Case.number == number)).one().answered_at = business_now() - ago
        return number

    return make


def test_a_review_in_time_has_thirty_days_of_its_own(bank: SmallBank, answered: Callable[..., str]) -> None:
    number = answered(timedelta(days=29))
    before = stored(number)
    found = row(ask(number, form()))
    assert found.in_time and found.due_at == end_of(bank_day(found.asked_at) + timedelta(days=30))
    after = stored(number)
    assert (after.state, after.legal_due_at, after.version) == (before.state, before.legal_due_at, before.version)
    assert [event.kind for event in history(number)][-1] == "review"


@pytest.mark.parametrize(("day", "in_time"), [(30, True), (31, False)])
def test_it_may_be_asked_for_until_the_thirtieth_day_after_the_answer(
    sqlite_bank: SmallBank, answered: Callable[..., str], day: int, in_time: bool
) -> None:
    number = answered(timedelta(days=40))
    answer: datetime | None = stored(number).answered_at
    assert answer is not None
    last_minute = end_of(bank_day(answer) + timedelta(days=day)) - timedelta(minutes=1)
    assert row(ask(number, form(asked_at=last_minute))).in_time is in_time
    said = history(number)[-1].details
    assert said and said["in_time"] == ("yes" if in_time else "no")


def test_only_an_answer_is_reviewed_and_one_review_at_a_time(
    sqlite_bank: SmallBank, registered: Registered, answered: Callable[..., str]
) -> None:
    with pytest.raises(Refused, match="还没有答复"):
        ask(registered("care.chen", hold=True), form())
    number = answered()
    with pytest.raises(Refused):
        ask(number, form(), "rm.gao")
    first = ask(number, form())
    with pytest.raises(Refused, match="尚未结束"):
        ask(number, form())
    conclude(first, "upheld")
    ask(number, form())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": " "}, "body"),
        ({"grounds": ""}, "grounds"),
        ({"body": "核" * 81}, "body"),
        ({"asked_at": business_now() + timedelta(hours=1)}, "asked_at"),
        ({"asked_at": business_now() - timedelta(days=9)}, "asked_at"),
    ],
)
def test_what_a_review_must_say(sqlite_bank: SmallBank, changes: dict[str, Any], field: str) -> None:
    case = Case(kind="complaint", answered_at=business_now() - timedelta(days=1))
    assert [one.field for one in form(**changes).problems(case, business_now(), rulebook())] == [field]
    assert form().problems(case, business_now(), rulebook()) == []


def test_a_changed_result_reopens_nothing_by_itself(sqlite_bank: SmallBank, answered: Callable[..., str]) -> None:
    number = answered()
    found = ask(number, form())
    conclude(found, "changed")
    assert stored(number).state == "answered"
    done = row(found)
    assert (done.conclusion, done.finding) == ("changed", "经核查") and done.concluded_at is not None
    with pytest.raises(Refused, match="已经结束"):
        conclude(found, "upheld", 2)


def test_a_stale_or_a_foreign_conclusion_is_refused(sqlite_bank: SmallBank, answered: Callable[..., str]) -> None:
    found = ask(answered(), form())
    with pytest.raises(Conflict):
        conclude(found, "upheld", 7)
    with pytest.raises(Refused, match="结论"):
        conclude(found, "maybe")
    with pytest.raises(Refused, match="没有找到"):
        conclude(found, "upheld", login="care.lin")


def test_a_suggestion_is_not_reviewed(sqlite_bank: SmallBank) -> None:
    assert review.problem(Case(kind="suggestion", answered_at=business_now())) == "核查只针对投诉。"
