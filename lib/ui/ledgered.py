"""Some roles read about one customer on the record (data/rights.toml): one entry a customer, page and sign-in."""

from __future__ import annotations

import streamlit as st

from lib.store.audit import note_access
from lib.store.rights import matrix
from lib.ui.page import Page


def read(page: Page, customer_id: int, what: str) -> None:
    """Enter in the access ledger that this person reads `what` (a page of the matrix) of a customer, where asked."""
    noted: set[int] = st.session_state.setdefault(f"{what}.noted", set())
    if page.scope.role not in matrix()["ledgered"].get(what, ()) or customer_id in noted:
        return
    with page.session(write=True) as session:
        note_access(session, page.scope, page.key, customer_id, what, page.scope.role)
    noted.add(customer_id)
