"""What the address of a page asks for, without anybody's phone or identity number."""

from __future__ import annotations

import streamlit as st

from lib.work.identity import names_somebody


def asked() -> dict[str, str]:
    """The parameters of the address; one that is a number of somebody's is not taken up, kept or sent back."""
    return {key: value for key, value in st.query_params.items() if not names_somebody(value)}
