"""A form that waits behind its title until somebody who may write opens it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject


def folded(page: Page, subject: Subject, title: str, form: Callable[[], None], *, key: str, icon: str) -> bool:
    """`form` is drawn once opened; only for who may write, and only of customers of the bank's own. Whether it is."""
    if not page.right.change or subject.customer.stage == "outsider":
        return False
    box = st.expander(escaped(title), icon=f":material/{icon}:", key=f"records-{key}", on_change="rerun")
    if box.open:
        with box:
            form()
    return bool(box.open)
