"""Filters kept in the address: by code, so that a link means the same in either language."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lib.ui.plain import escaped


def choice(label: str, options: Mapping[str, str], *, key: str, default: str = "", segments: bool = False) -> str:
    """One of `options` (code → what the user reads), kept in the address as `?key=code`.

    The default leaves no trace there; an unknown code in the address is the default. Streamlit's own binding
    would write the translated label instead.
    """
    widget, mark = f"choice-{key}", f"choice.{key}"
    asked = st.query_params.get(key, default)
    asked = asked if asked in options else default
    if st.session_state.get(mark) != asked or st.session_state.get(widget) not in options:
        st.session_state[widget] = asked  # the address changed under the widget: a link, or Back
    draw = _segments if segments else _select
    chosen = draw(escaped(label), options, widget)
    st.session_state[mark] = chosen
    _write(key, chosen, default)
    return chosen


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
