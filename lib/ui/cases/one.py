"""One case on screen, from its head to its history."""

from __future__ import annotations

import streamlit as st

from lib.enquiries.rules import KINDS as ENQUIRIES
from lib.ui import frames, nav
from lib.ui.cases import acting, beside, crisis, forms, history, reviews, view
from lib.ui.cases.attachments import attachments
from lib.ui.cases.matter import matter, outcome
from lib.ui.enquiries.one import one as enquiry
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _


def one_case(page: Page, number: str) -> None:
    """A case: head, clocks, what can be done, what it is about, what happened; a sentence out of reach."""
    with page.session() as session:
        opened = view.read_case(session, number)
    if opened is None:
        frames.empty(acting.gone(page, number))
        return
    if nav.case_page(opened.case.kind) != page.key:
        frames.go_to(nav.case_page(opened.case.kind), case=number)
        frames.empty(acting.gone(page, number))
        return
    if opened.case.kind in ENQUIRIES:
        enquiry(page, opened)
        return
    view.head(opened)
    beside.linked(opened)
    view.clocks(opened, page)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        crisis.shown(opened, page)
        matter(opened)
        outcome(opened)
        beside.requests(opened)
    with right:  # on a phone it follows the matter, and what is rarer comes after it
        forms.actions(opened, page)
    reviews.shown(opened, page)
    st.subheader(escaped(_("附件")), anchor=False)
    attachments(opened, page)
    history.history(opened)
