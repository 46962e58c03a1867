"""Filters in the address: codes there, words on the screen, and nonsense is no filter."""

from __future__ import annotations

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
