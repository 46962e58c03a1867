"""转为正式客户 on the portrait: for whom the form is, what it asks, and what a second person is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from lib.customers.prospects import make_customer
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Customer
from lib.store.session import open_session
from tests import cast
from tests.cast import OUTSIDER, OWN, PROSPECT, number_of, scope
from tests.screen import page, words_of

KEY = f"convert-{number_of(PROSPECT)}"


def portrait(login: str, customer: int = PROSPECT, locale: str = "zh_CN") -> AppTest:
    return page("customers/portrait.py", login, locale, customer=number_of(customer))


def stored(customer: int = PROSPECT) -> Customer:
    with bulk("look", write=False) as session:
        return session.get_one(Customer, customer)


def forms(at: AppTest) -> list[str]:
    return [str(one.key) for one in at.button if str(one.key).startswith(("convert-", "prospect-"))]


@pytest.mark.parametrize("login", ["rm.gao", "head.wang", "crm.zhao"])
def test_a_prospect_becomes_a_customer(sqlite_bank: cast.SmallBank, login: str) -> None:
    at = portrait(login)
    day = today() - timedelta(days=3)
    at.date_input(key=f"{KEY}-opened").set_value(day)
    at.button(key=f"{KEY}-save").click().run()
    assert not at.error and not at.exception
    assert (stored().stage, stored().opened_on) == ("customer", day)
    assert forms(at) == [] and "往来" in words_of(at) and "同事刚刚" not in words_of(at)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize(
    ("login", "customer"),
    [("legal.qian", PROSPECT), ("exec.zhou", PROSPECT), ("rm.zhang", PROSPECT), ("care.lin", OUTSIDER),
     ("rm.zhang", OWN), ("exec.zhou", OUTSIDER)],
)  # fmt: skip
def test_for_whom_there_is_no_form(sqlite_bank: cast.SmallBank, login: str, customer: int, locale: str) -> None:
    assert forms(portrait(login, customer, locale)) == []


def test_without_a_paper_it_says_what_comes_first(sqlite_bank: cast.SmallBank) -> None:
    with bulk("test") as session:
        session.get_one(Customer, PROSPECT).identity_hash = None
    at = portrait("rm.gao")
    assert "信息复核后再转为正式客户" in words_of(at) and forms(at) == []


def test_the_second_person_is_told_what_the_first_did(sqlite_bank: cast.SmallBank) -> None:
    at = portrait("head.wang")
    with open_session(scope("rm.gao"), "portrait", write=True) as session:
        make_customer(session, PROSPECT, 1, today() - timedelta(days=9))
    at.button(key=f"{KEY}-save").click().run()
    assert not at.exception
    assert stored().opened_on == today() - timedelta(days=9)
    assert forms(at) == [] and "同事刚刚已把这位客户转为正式客户" in words_of(at)
    assert "同事刚刚" not in words_of(at.run())


def test_a_record_saved_meanwhile_is_shown_before_it_is_converted(sqlite_bank: cast.SmallBank) -> None:
    at = portrait("head.wang")
    with bulk("test") as session:
        session.get_one(Customer, PROSPECT).notes = "改"
    at.button(key=f"{KEY}-save").click().run()
    assert not at.exception and stored().stage == "prospect"
    assert any("刚被别人保存过" in warning.value for warning in at.warning)
    at.button(key=f"{KEY}-mine").click().run()
    assert not at.exception and (stored().stage, stored().notes) == ("customer", "改")


def test_a_complainant_becomes_a_prospect(sqlite_bank: cast.SmallBank) -> None:
    at = portrait("crm.zhao", OUTSIDER)
    at.button(key=f"prospect-{number_of(OUTSIDER)}-save").click().run()
    assert not at.error and not at.exception and stored(OUTSIDER).stage == "prospect"
    assert forms(at) == [f"convert-{number_of(OUTSIDER)}-save"]
