"""The view of special customers, and their box on the portrait, for every role that has them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import Customer, DueItem
from tests.care.test_special import ELDERLY, marked, stored
from tests.cast import NORTH, OTHER, OWN, PEER, ZHANG, SmallBank, filled, number_of
from tests.screen import page, script, words_of


def view(page_key: str) -> None:
    from lib.ui.care import special
    from lib.ui.page import open_page

    with open_page(page_key) as opened:
        special.draw(opened)


@pytest.fixture
def known(sqlite_bank: SmallBank) -> SmallBank:
    """One marked and overdue, one of age and unmarked in the same branch, one in the other."""
    marked()
    with bulk("set") as session:
        session.execute(update(Customer).values(birth_date=None))
        old = update(Customer).where(Customer.customer_id.in_((PEER, OTHER)))
        session.execute(old.values(birth_date=date(1940, 5, 1)))
        session.add(filled(DueItem, customer_id=OWN, id=9001, kind="check", subject_key="k", owner_id=ZHANG,
                           due_on=today() - timedelta(days=4), state="open", branch_id=NORTH))  # fmt: skip
    return sqlite_bank


def shown(login: str, monkeypatch: pytest.MonkeyPatch, locale: str = "zh_CN", **query: str) -> AppTest:
    """The view under the right of page `care`; its page is another's."""
    from lib.ui import nav

    if not any(line.key == "care" for line in nav.PAGES):
        care = nav.PageLine("care", "customers/care.py", "客户画像", ":material/person_search:", "客户")
        monkeypatch.setattr(nav, "PAGES", (*nav.PAGES, care))
    at = script(view, login, locale, page_key="care")
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def names(at: AppTest) -> list[str]:
    return next((list(frame.value["name"]) for frame in at.dataframe), [])


@pytest.mark.parametrize(
    ("login", "list_", "suggested"),
    [("rm.zhang", ["欧阳小明"], []), ("rm.gao", [], ["孟芳"]), ("head.wang", ["欧阳小明"], ["孟芳"]),
     ("head.zhu", [], ["秦岭"]), ("crm.zhao", ["欧阳小明"], ["孟芳", "秦岭"])],
)  # fmt: skip
def test_each_sees_the_own(
    known: SmallBank, monkeypatch: pytest.MonkeyPatch, login: str, list_: list[str], suggested: list[str]
) -> None:
    assert names(shown(login, monkeypatch)) == list_
    assert sorted(names(shown(login, monkeypatch, special="suggested"))) == sorted(suggested)


def test_an_officer_sees_no_wishes(known: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    at = shown("care.chen", monkeypatch)
    assert all("放慢语速" not in str(frame.value.to_dict()) for frame in at.dataframe)


def test_overdue_visits_are_red_and_lead_to_their_list(known: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    at = shown("rm.zhang", monkeypatch)
    assert next(card for card in at.metric if card.label == "走访逾期").value == ":red[1]"
    assert names(shown("rm.zhang", monkeypatch, special="overdue")) == ["欧阳小明"]
    assert names(shown("rm.zhang", monkeypatch, special_care="disabled")) == []


def test_one_is_marked_from_the_list(known: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    at = shown("rm.gao", monkeypatch, special="suggested")
    key = next(frame.key for frame in at.dataframe if str(frame.key).startswith("special-suggested."))
    at.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    at.run()
    number = number_of(PEER)
    at.text_area(key=f"special-{number}-service_wishes").set_value("轮椅通道")
    at.button(key=f"special-{number}-save").click().run()
    assert "请写明标记或取消标记的理由。" in [one.value for one in at.error]
    at.text_input(key=f"special-{number}-reason").set_value("与客户商定")
    at.button(key=f"special-{number}-save").click().run()
    assert not at.exception
    assert (stored(PEER).special_care, stored(PEER).service_wishes) == ("elderly", "轮椅通道")


def test_the_department_only_reads_the_care_page(known: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [one for one in shown("crm.zhao", monkeypatch, special="suggested").button if "save" in (one.key or "")]


def test_the_department_marks_on_the_portrait(known: SmallBank) -> None:
    at = page("customers/portrait.py", "crm.zhao", customer=number_of(PEER))
    assert "尚未标记为特殊客户" in words_of(at)


def test_the_portrait_says_how_to_serve_them(known: SmallBank) -> None:
    said = words_of(page("customers/portrait.py", "rm.zhang", customer=number_of(OWN)))
    assert ELDERLY.service_wishes in said and "走访已逾期" in said and "老年客户 · 需要上门服务" in said


@pytest.mark.parametrize("login", ["care.chen", "exec.zhou"])
def test_the_box_is_not_for_narrow_or_masked_readers(known: SmallBank, login: str) -> None:
    said = words_of(page("customers/portrait.py", login, customer=number_of(OWN)))
    assert ELDERLY.service_wishes not in said and "优先办理" not in said


def test_legal_reads_and_changes_nothing(known: SmallBank) -> None:
    at = page("customers/portrait.py", "legal.qian", customer=number_of(OWN))
    assert ELDERLY.service_wishes in words_of(at)
    assert not [one for one in at.button if (one.key or "").startswith("special-")]
