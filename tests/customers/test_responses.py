"""Responses to a high risk rating: what one must say, who records it, and when it is current."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lib.customers.responses import ResponseForm, asks_for_one, is_current, record_response
from lib.rulebook import Rulebook, shipped_rows
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Customer, RiskResponse
from lib.store.session import PassesBy, Refused, open_session
from tests.cast import OTHER, OWN, ZHANG, SmallBank, scope

BOOK = Rulebook(shipped_rows())
ON = date(2026, 11, 29)


def good(on: date = ON, **changed: Any) -> ResponseForm:
    return ResponseForm(
        **{"steps": ("limit",), "text": "暂停新增授信", "review_on": on + timedelta(days=90), **changed}
    )


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, 0),
        ({"steps": ()}, 1),
        ({"steps": ("limit", "pray")}, 1),
        ({"text": " "}, 1),
        ({"review_on": ON}, 1),
        ({"review_on": ON + timedelta(days=1)}, 0),
        ({"review_on": ON + timedelta(days=180)}, 0),
        ({"review_on": ON + timedelta(days=181)}, 1),
    ],
)
def test_what_a_response_must_say(changed: dict[str, Any], problems: int) -> None:
    assert len(good(**changed).problems(BOOK, ON)) == problems


@pytest.mark.parametrize(
    ("rating", "asked"), [("high", True), ("D", True), ("middle", False), ("C", False), (None, False)]
)
def test_which_ratings_ask_for_one(rating: str | None, asked: bool) -> None:
    assert asks_for_one(Customer(risk_rating=rating), BOOK, ON) is asked


@pytest.mark.parametrize(
    ("rating", "made", "review", "current"),
    [
        ("high", date(2026, 5, 1), date(2026, 11, 29), True),  # on the day of the rating, to the day of review
        ("high", date(2026, 4, 30), date(2026, 12, 1), False),
        ("high", date(2026, 6, 1), date(2026, 11, 28), False),
        ("middle", date(2026, 6, 1), date(2026, 12, 1), False),  # for another rating
    ],
)
def test_when_a_response_is_current(rating: str, made: date, review: date, current: bool) -> None:
    customer = Customer(risk_rating="high", risk_rated_on=date(2026, 5, 1))
    assert is_current(RiskResponse(rating=rating, made_on=made, review_on=review), customer, ON) is current


def rated(customer: int, rating: str | None) -> None:
    with bulk("set") as session:
        session.rows(RiskResponse.__table__.delete())
        session.execute(update(Customer).where(Customer.customer_id == customer).values(risk_rating=rating))


def record(login: str, customer: int = OWN, key: str = "k1") -> None:
    with open_session(scope(login), "portrait", write=True) as session:
        record_response(session, customer, good(today()), key)


def stored() -> list[RiskResponse]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(RiskResponse)))


def test_the_manager_records_one_and_the_same_form_writes_once(bank: SmallBank) -> None:
    rated(OWN, "high")
    record("rm.zhang")
    record("rm.zhang")
    assert [(row.rating, row.steps, row.staff_id, row.made_on) for row in stored()] == [
        ("high", ["limit"], ZHANG, today())]  # fmt: skip


def test_an_unrated_customer_has_none(sqlite_bank: SmallBank) -> None:
    rated(OWN, None)
    with pytest.raises(Refused, match="没有风险评级"):
        record("rm.zhang")


@pytest.mark.parametrize("login", ["rm.li", "legal.qian", "exec.zhou", "care.chen", "product.he"])
def test_nobody_else_records_one(sqlite_bank: SmallBank, login: str) -> None:
    rated(OWN, "high")
    with pytest.raises(Refused):
        record(login)
    assert stored() == []


def test_a_response_is_appended_never_changed(sqlite_bank: SmallBank) -> None:
    rated(OTHER, "high")
    record("rm.li", OTHER)
    with pytest.raises(PassesBy), open_session(scope("rm.li"), "portrait", write=True) as session:
        session.scalars(select(RiskResponse)).one().text = "改写"
        session.flush()
