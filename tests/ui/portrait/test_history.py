"""The history on the portrait: folded, in words, and a value brought back from it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.cast import OWN, SmallBank, number_of
from tests.customers.test_history import stored
from tests.screen import page, words_of
from tests.store.test_history import edit


def opened(login: str, locale: str = "zh_CN") -> AppTest:
    at = page("customers/portrait.py", login, locale, customer=number_of(OWN))
    at.session_state["portrait-tab"] = "资料" if locale == "zh_CN" else "Particulars"
    at.session_state["portrait-history-open"] = True
    return at.run()


@pytest.fixture(autouse=True)
def edited(sqlite_bank: SmallBank) -> None:
    edit("head.wang", "喜欢咖啡")


def rows(at: AppTest) -> list[list[str]]:
    frame = next(frame.value for frame in at.dataframe if "before" in frame.value.columns)
    return frame[["field", "before", "after", "who"]].values.tolist()


def test_what_changed_in_words(sqlite_bank: SmallBank) -> None:
    assert ["备注", "喜欢喝茶", "喜欢咖啡", "王强"] in rows(opened("rm.zhang"))


def test_brought_back(sqlite_bank: SmallBank) -> None:
    at = opened("rm.zhang")
    key = f"restore-{number_of(OWN)}"
    box = at.selectbox(key=f"{key}-which")
    wanted = next(place for place, said in enumerate(box.options) if "喜欢喝茶" in said)
    box.select_index(wanted)
    at.button(key=f"{key}-save").click().run()
    assert not at.error and stored().notes == "喜欢喝茶"


def test_who_only_reads_brings_nothing_back_and_leadership_reads_nothing(sqlite_bank: SmallBank) -> None:
    at = opened("legal.qian")
    assert rows(at) and not [box for box in at.selectbox if str(box.key).startswith("restore-")]
    assert "喜欢喝茶" not in words_of(opened("exec.zhou"))


def test_in_english(sqlite_bank: SmallBank) -> None:
    assert "Notes" in [row[0] for row in rows(opened("rm.zhang", "en"))]
