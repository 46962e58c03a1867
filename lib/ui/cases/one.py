"""One case on screen, from its head to its history."""

from __future__ import annotations

import streamlit as st

from lib.ui import frames
from lib.ui.cases import forms, view
from lib.ui.page import Page


def one_case(page: Page, number: str) -> None:
    """A case: head, clocks, what can be done, what it is about, what happened; a sentence out of reach."""
    with page.session() as session:
        opened = view.read_case(session, number)
    if opened is None:
        frames.empty(forms.gone(page, number))
        return
    view.head(opened)
    view.clocks(opened, page)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        view.matter(opened)
    with right:
        forms.actions(opened, page)
    view.history(opened)
