"""A page's beginning: right, title, scope line, and errors that are sentences."""

from __future__ import annotations

import pytest

from lib.store import sessions
from tests.cast import GAO, SmallBank
from tests.screen import script, words_of


def _tiers() -> None:
    import streamlit as st

    from lib.ui.page import open_page
    from lib.words import use_locale

    use_locale(st.user.locale)
    with open_page("tiers") as page:
        st.text(f"{page.scope.login} {page.right.extent} {page.today} {page.locale} {len(page.book.rules) > 10}")


def test_title_scope_and_what_it_works_with(bank: SmallBank) -> None:
    at = script(_tiers, "rm.zhang")
    assert at.title[0].value == "客户分层"
    assert at.caption[0].value == "你看到的是：我管户的客户 · 2 位客户"
    assert at.text[0].value.startswith("rm.zhang own ") and at.text[0].value.endswith("zh_CN True")
    assert not at.exception


@pytest.mark.parametrize(
    ("login", "line"),
    [("head.wang", "城北支行 · 4 位客户"), ("crm.zhao", "全行 · 5 位客户"), ("exec.zhou", "全行 · 5 位客户")],
)
def test_the_scope_line_says_how_far(sqlite_bank: SmallBank, login: str, line: str) -> None:
    assert script(_tiers, login).caption[0].value == f"你看到的是：{line}"


def test_in_english(sqlite_bank: SmallBank) -> None:
    at = script(_tiers, "rm.zhang", "en")
    assert at.title[0].value == "Customer tiers"
    assert at.caption[0].value == "You see my customers · 2 customers"


@pytest.mark.parametrize("login", ("care.chen", "product.he", "check.sun", "admin.wu"))
def test_who_may_not_see_it_gets_a_sentence_and_nothing_else(sqlite_bank: SmallBank, login: str) -> None:
    at = script(_tiers, login)
    assert at.error[0].value == "你的岗位没有这个页面的权限。需要时请联系系统管理员。"
    assert not at.title and not at.text


def test_the_session_is_asked_again_on_every_run(sqlite_bank: SmallBank) -> None:
    at = script(_tiers, "rm.gao")
    assert at.title
    sessions.end_all(GAO)
    at.run()
    assert not at.title and at.warning[0].value == "登录已结束，请重新登录。"


@pytest.mark.parametrize("user", ({}, {"login": "rm.zhang"}, {"login": "rm.zhang", "session": "x"}, {"session": "1"}))
def test_nobody_gets_in_without_the_door(sqlite_bank: SmallBank, user: dict[str, str]) -> None:
    at = script(_tiers, "rm.zhang")
    at.user = {"locale": "zh_CN"} | user
    at.run()
    assert not at.title and at.warning


def test_another_person_s_session_is_not_mine(sqlite_bank: SmallBank) -> None:
    at = script(_tiers, "rm.zhang")
    at.user = at.user | {"login": "crm.zhao"}
    at.run()
    assert not at.title and at.warning


def _refused() -> None:
    import streamlit as st

    from lib.store.session import Refused
    from lib.ui.page import open_page

    with open_page("tiers"):
        st.text("before")
        raise Refused("这位客户不在你的*范围*内。")


def test_a_refusal_is_a_sentence(sqlite_bank: SmallBank) -> None:
    at = script(_refused, "rm.zhang")
    assert not at.exception
    assert at.error[0].value == "这位客户不在你的\\*范围\\*内。"


def _broken() -> None:
    from lib.ui.page import open_page

    with open_page("tiers"):
        raise RuntimeError("secret detail")


def test_any_other_error_is_left_to_the_launcher(sqlite_bank: SmallBank) -> None:
    at = script(_broken, "rm.zhang")
    assert at.exception and "secret detail" not in words_of(at)
