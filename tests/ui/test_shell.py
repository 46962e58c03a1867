"""The shell: who are you, which pages are yours."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lib.settings import ROOT
from lib.ui import nav
from tests.cast import SmallBank
from tests.screen import application, words_of


def test_nobody_sees_nothing(sqlite_bank: SmallBank) -> None:
    at = AppTest.from_file(str(ROOT / "lib" / "ui" / "shell.py"), default_timeout=20)
    at.user = {}
    for line in (None, *nav.PAGES):
        if line is not None:
            at.switch_page(str(ROOT / "pages" / line.file))
        at.run()
        assert at.warning[0].value == "登录已结束，请重新登录。"
        assert not at.title and not at.dataframe and not at.metric


def test_someone_without_a_page_is_told_who_can_help(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "PAGES", ())
    at = application("admin.wu")
    assert not at.exception
    assert "吴迪，你好" in words_of(at) and "系统管理员" in at.info[0].value
    assert "吴迪 · 系统管理员" in words_of(at)


def test_in_english(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "PAGES", ())
    at = application("admin.wu", "en")
    assert "Hello, 吴迪" in words_of(at) and "System administrator" in at.info[0].value


def test_a_page_outside_the_menu_cannot_be_reached(sqlite_bank: SmallBank) -> None:
    at = application("admin.wu")
    with pytest.raises(ValueError, match="Could not find"):
        at.switch_page(str(ROOT / "pages" / "customers" / "portrait.py"))
