"""On the portrait: why a former customer left, and what is done about a high risk rating."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import FORMER, OWN, SmallBank, number_of
from tests.screen import page, words_of


def opened(login: str, customer: int, tab: str = "") -> AppTest:
    at = page("customers/portrait.py", login, customer=number_of(customer))
    if tab:
        at.session_state["portrait-tab"] = tab
        at.run()
    assert not at.exception
    return at


def change(customer: int, **columns: object) -> None:
    with bulk("set") as session:
        session.execute(update(m.Customer).where(m.Customer.customer_id == customer).values(columns))
        session.execute(update(m.CustomerQuarter).values(gone=0))


@pytest.fixture
def left(sqlite_bank: SmallBank) -> SmallBank:
    change(FORMER, closed_on=date(2026, 9, 10))
    return sqlite_bank


def test_a_missing_reason_is_told_and_recorded(left: SmallBank) -> None:
    at = opened("rm.li", FORMER)
    assert "离行原因未登记" in words_of(at)
    at.session_state["records-leaving"] = True
    at.run()
    at.selectbox(key=f"leaving-{number_of(FORMER)}-reason").select("moved")
    at.text_area(key=f"leaving-{number_of(FORMER)}-words").set_value("搬到外地")
    at.button(key=f"leaving-{number_of(FORMER)}-save").click().run()
    assert not at.exception
    with bulk("look", write=False) as session:
        kept = session.get_one(m.Customer, FORMER)
        assert (kept.leaving_reason, kept.leaving_words) == ("moved", "搬到外地")


@pytest.mark.parametrize(("login", "words"), [("crm.zhao", True), ("legal.qian", True), ("exec.zhou", False)])
def test_the_reason_is_told_and_the_words_only_to_who_may_read_them(left: SmallBank, login: str, words: bool) -> None:
    change(FORMER, leaving_reason="price", leaving_words="别家利率高", leaving_said_on=date(2026, 9, 12))
    said = words_of(opened(login, FORMER))
    assert "价格与收益" in said and ("别家利率高" in said) is words


def test_who_is_still_there_is_not_asked(left: SmallBank) -> None:
    assert "离行原因" not in words_of(opened("rm.zhang", OWN))


def test_a_high_rating_asks_for_a_response(sqlite_bank: SmallBank) -> None:
    with bulk("set") as session:
        session.rows(m.RiskResponse.__table__.delete())
    change(OWN, risk_rating="high", risk_rated_on=date(2026, 1, 5))
    at = opened("rm.zhang", OWN, "层级与评级")
    assert "没有现行的应对措施" in words_of(at)
    at.session_state["records-risk-response"] = True
    at.run()
    number = number_of(OWN)
    at.get("button_group")
    at.text_area(key=f"risk-response-{number}-text").set_value("暂停新增授信")
    at.button(key=f"risk-response-{number}-save").click().run()
    assert any("至少一项" in error.value for error in at.error)
    with bulk("look", write=False) as session:
        assert session.scalars(select(m.RiskResponse)).all() == []


def test_a_low_rating_asks_for_none(sqlite_bank: SmallBank) -> None:
    with bulk("set") as session:
        session.rows(m.RiskResponse.__table__.delete())
    change(OWN, risk_rating="low")
    assert "风险应对" not in words_of(opened("rm.zhang", OWN, "层级与评级"))
