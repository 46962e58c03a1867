"""What a person has just chosen in a chart or table, told apart from what was chosen before."""

from __future__ import annotations

import streamlit as st


def picked(key: str, value: object | None) -> bool:
    """Whether `value` was chosen under `key` on this run: a selection that merely lasts is none."""
    mark = f"picked.{key}"
    news = value is not None and st.session_state.get(mark) != value
    st.session_state[mark] = value
    return news


def show(value: str, name: str = "show") -> None:
    """Put a choice into the address and begin again with it."""
    st.query_params[name] = value
    st.rerun()


def back(label: str, *names: str, key: str) -> None:
    """A button that takes these words out of the address."""
    if st.button(label, icon=":material/arrow_back:", type="tertiary", key=key):
        for name in names:
            st.query_params.pop(name, None)
        st.rerun()
