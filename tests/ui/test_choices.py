"""Filters in the address: codes there, words on the screen, and nonsense is no filter."""

from __future__ import annotations

from datetime import date

from tests.cast import SmallBank
from tests.screen import script


def _page() -> None:
    import streamlit as st

    from lib.ui.choices import choice

    whose = choice("谁的", {"": "全部", "mine": "我经办"}, key="whose", segments=True)
    state = choice("状态", {"open": "未办结", "all": "全部"}, key="state", default="open")
    st.text(f"{whose or 'any'} {state}")


def test_the_choice_goes_to_the_address_by_code_and_leaves_with_the_default(sqlite_bank: SmallBank) -> None:
    at = script(_page, "crm.zhao")
    assert at.text[0].value == "any open" and not at.query_params
    at.selectbox(key="choice-state").select("all").run()
    assert at.query_params["state"] == "all"
    at.selectbox(key="choice-state").select("open").run()
    assert "state" not in at.query_params


def test_the_address_leads_even_after_the_widget_was_used(sqlite_bank: SmallBank) -> None:
    at = script(_page, "crm.zhao")
    at.segmented_control(key="choice-whose").set_value("mine").run()
    at.query_params["whose"] = ""
    at.query_params["state"] = "all"
    at.run()
    assert at.text[0].value == "any all"


def test_an_unknown_code_is_the_default(sqlite_bank: SmallBank) -> None:
    at = script(_page, "crm.zhao")
    at.query_params["state"] = "'; drop table"
    at.run()
    assert at.text[0].value == "any open"


def _typing() -> None:
    import streamlit as st

    from lib.ui.choices import day_typed, typed

    st.text(f"{typed('文字', key='text', most=8) or 'any'} {day_typed('自', key='from')}")


def test_a_text_and_a_day_stand_in_the_address_while_they_say_something(sqlite_bank: SmallBank) -> None:
    at = script(_typing, "crm.zhao")
    assert at.text[0].value == "any None" and not at.query_params
    at.text_input(key="choice-text").set_value(" 年费 ").run()
    at.date_input(key="choice-from").set_value(date(2026, 9, 30)).run()
    assert at.text[0].value == "年费 2026-09-30"
    assert dict(at.query_params) == {"text": "年费", "from": "2026-09-30"}
    at.text_input(key="choice-text").set_value("").run()
    at.date_input(key="choice-from").set_value(None).run()
    assert not at.query_params


def test_the_address_leads_for_texts_and_days_too(sqlite_bank: SmallBank) -> None:
    at = script(_typing, "crm.zhao")
    at.text_input(key="choice-text").set_value("年费").run()
    at.query_params["text"], at.query_params["from"] = "转账太慢了好几天", "2026-01-02"
    at.run()
    assert at.text[0].value == "转账太慢了好几天 2026-01-02"
    at.query_params["text"], at.query_params["from"] = "x" * 99, "soon"
    at.run()
    assert at.text[0].value == "xxxxxxxx None"


def test_a_number_of_somebody_s_filters_nothing_and_leaves_the_address(sqlite_bank: SmallBank) -> None:
    at = script(_typing_long, "crm.zhao")
    for number in ("138 0013 1001", "11010519491231002X", "91350100M000100Y43"):
        at.text_input(key="choice-text").set_value(number).run()
        assert at.text[0].value == "any" and "text" not in at.query_params, number
        assert "页首的查找框" in at.caption[0].value
    at.query_params["text"] = "13800131001"
    at.run()
    assert at.text[0].value == "any" and "text" not in at.query_params


def _typing_long() -> None:
    import streamlit as st

    from lib.ui.choices import typed

    st.text(typed("文字", key="text") or "any")
