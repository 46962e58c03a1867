"""Filters kept in the address: by code, so that a link means the same in either language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

import streamlit as st

from lib.ui.plain import escaped
from lib.words import _
from lib.work.identity import names_somebody

#: where the page being drawn is remembered
PAGE = "choices.page"


def choice(label: str, options: Mapping[str, str], *, key: str, default: str = "", segments: bool = False) -> str:
    """One of `options` (code → what the user reads), kept in the address as `?key=code`.

    The default leaves no trace there; an unknown code in the address is the default. Streamlit's own binding
    would write the translated label instead.
    """
    widget, mark = f"choice-{key}", f"choice.{key}"
    asked = st.query_params.get(key, default)
    asked = asked if asked in options else default
    here = st.session_state.get(PAGE)
    if st.session_state.get(mark) != (here, asked) or st.session_state.get(widget) not in options:
        # The address changed under the widget (a link, or Back), or another page's widget of this name was drawn last:
        # Streamlit keeps its value under the name, and yet begins this page's own with the first option.
        st.session_state[widget] = asked
    draw = _segments if segments else _select
    drawn = draw(escaped(label), options, widget)
    chosen = drawn if drawn in options else asked  # what another page kept under this name means nothing here
    st.session_state[mark] = here, chosen
    _write(key, chosen, default)
    return chosen


def called_otherwise(key: str) -> None:
    """The options of a choice have other names from the next run on: its widget shows the new one of what is chosen."""
    st.session_state.pop(f"choice.{key}", None)


def typed(label: str, *, key: str, most: int = 80, help: str | None = None) -> str:
    """A text kept in the address as `?key=text`; a phone or identity number never is, and filters nothing."""
    widget, mark = f"choice-{key}", f"choice.{key}"
    asked = st.query_params.get(key, "")[:most]
    asked = "" if names_somebody(asked) else asked
    if st.session_state.get(mark) != asked or widget not in st.session_state:
        st.session_state[widget] = asked
    said = st.text_input(escaped(label), key=widget, max_chars=most, help=help and escaped(help)).strip()
    if names_somebody(said):
        st.caption(escaped(_("手机号和证件号不作筛选条件，请用页首的查找框。")))
        said = ""
    st.session_state[mark] = said
    _write(key, said, "")
    return said


def day_typed(label: str, *, key: str) -> date | None:
    """A day kept in the address as `?key=2026-09-30`; anything else there is no day."""
    widget, mark = f"choice-{key}", f"choice.{key}"
    asked = day_asked(key)
    if st.session_state.get(mark, asked) != asked or widget not in st.session_state:
        st.session_state[widget] = asked
    said = st.date_input(escaped(label), key=widget, format="YYYY-MM-DD")
    chosen = said if isinstance(said, date) else None
    st.session_state[mark] = chosen
    _write(key, chosen.isoformat() if chosen else "", "")
    return chosen


def day_asked(key: str) -> date | None:
    """The day that stands in the address under this name."""
    with suppress(ValueError):
        return date.fromisoformat(st.query_params.get(key, ""))
    return None


def _select(label: str, options: Mapping[str, str], widget: str) -> str:
    return str(st.selectbox(label, list(options), format_func=options.__getitem__, key=widget))


def _segments(label: str, options: Mapping[str, str], widget: str) -> str:
    named = {code: escaped(text) for code, text in options.items()}
    return str(st.segmented_control(
        label, list(options), format_func=named.__getitem__, key=widget, required=True, label_visibility="collapsed"
    ))  # fmt: skip


def _write(key: str, chosen: str, default: str) -> None:
    if chosen == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
