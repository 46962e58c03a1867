"""Likely duplicates: how alike two texts are, which cases are looked at, and what is told of one out of reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.complaints.duplicates import Likely, likely, similarity
from lib.settings import business_now
from lib.store.book import rulebook
from lib.store.session import Refused, open_session
from tests.cast import OTHER, OWN, SmallBank, scope

Registered = Callable[..., str]
TEXT = "借记卡被多收了年费，要求退回"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("年费多收", "年费多收", 1.0),
        ("年费多收", "年费，多收！", 1.0),  # marks say nothing
        ("年费多收", "网银登录失败", 0.0),
        ("年费多收", "多收年费", 2 / 3),  # 年费 and 多收 of three pairs each
        ("ABC", "abc", 1.0),
        ("年年年", "年年", 2 / 3),  # pairs are counted as often as they occur
        ("", "", 0.0),
        ("", "年费", 0.0),
        ("年", "年", 1.0),
        ("年", "年费", 0.0),
    ],
)
def test_how_alike(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == pytest.approx(expected)


@given(st.text(max_size=40), st.text(max_size=40))
def test_alike_both_ways_and_within_bounds(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1


def found(login: str, customer: int = OWN, business: str = "debit_card", text: str = TEXT) -> list[Likely]:
    with open_session(scope(login), "complaints") as session:
        return likely(session, customer, business, text, business_now(), rulebook())


def test_the_same_matter_is_found_with_its_handler(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True, summary="借记卡被多收年费，请退回")
    registered("care.chen", summary="柜面排队两小时")
    (one,) = found("care.chen")
    assert (one.number, one.state, one.handler, one.within_reach) == (number, "received", "陈静", True)
    assert 0.35 <= one.similarity < 1


def test_of_a_case_out_of_reach_only_its_number_state_and_day_are_told(bank: SmallBank, registered: Registered) -> None:
    number = registered("care.chen", hold=True, summary=TEXT)
    (one,) = found("rm.li")
    assert (one.number, one.similarity, one.handler, one.within_reach) == (number, 1.0, "", False)


def test_nobody_s_case_has_no_handler(sqlite_bank: SmallBank, registered: Registered) -> None:
    registered("care.chen", summary=TEXT)
    assert [(one.handler, one.within_reach) for one in found("care.lin")] == [("", True)]


def test_another_customer_business_or_time_is_no_duplicate(sqlite_bank: SmallBank, registered: Registered) -> None:
    now = business_now()
    registered("care.chen", summary=TEXT, received_at=now - timedelta(days=91))
    assert found("care.chen") == []
    number = registered("care.chen", summary=TEXT, received_at=now - timedelta(days=89))
    assert [one.number for one in found("care.chen")] == [number]
    assert found("care.chen", customer=OTHER) == [] == found("care.chen", business="payment")
    assert found("care.chen", text="网银登录失败") == []


def test_a_suggestion_counts_too_and_the_most_alike_comes_first(sqlite_bank: SmallBank, registered: Registered) -> None:
    some = registered("care.chen", kind="suggestion", summary="借记卡年费建议减免，要求退回")
    same = registered("care.chen", summary=TEXT)
    assert [one.number for one in found("care.chen")] == [same, some]


@pytest.mark.parametrize("login", ["legal.qian", "exec.zhou", "product.he", "check.sun", "admin.wu"])
def test_who_registers_nothing_is_told_nothing(sqlite_bank: SmallBank, login: str) -> None:
    with pytest.raises(Refused):
        found(login)
