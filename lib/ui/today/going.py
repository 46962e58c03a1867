"""Going on: what was done with the last person is said once, and the next one opens."""

from __future__ import annotations

import streamlit as st

from lib.ui.plain import escaped
from lib.ui.today.lines import Line
from lib.words import _

_TOLD, _ASKED = "today.told", "customer"


def tell(line: Line, done: str) -> None:
    """Remember what was done with a person for the next run."""
    st.session_state[_TOLD] = _("{name}：{done}").format(name=line.customer.name, done=done)


def told() -> None:
    """Say it, once."""
    said = st.session_state.pop(_TOLD, "")
    if said:
        st.success(escaped(said), icon=":material/check:")


def on_to(following: str | None) -> None:
    """Work the following person on the next run; the first of the list where there is none."""
    if following is None:
        st.query_params.pop(_ASKED, None)
    else:
        st.query_params[_ASKED] = following
