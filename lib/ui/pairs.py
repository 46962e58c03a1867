"""Fields of one record as label and value, side by side where there is room."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.ui.plain import escaped
from lib.words import NOTHING


def pairs(items: Sequence[tuple[str, object]], *, key: str) -> None:
    """Draw (label, value) pairs; an empty value is a dash, and no value is read as Markdown."""
    with st.grid("auto", min_column_width=170, gap="small", key=key):
        for title, value in items:
            shown = escaped(NOTHING if value in (None, "") else value)
            st.markdown(f":small[:gray[{escaped(title)}]]  \n{shown}")
