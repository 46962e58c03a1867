"""决议 on the page: what this review decided, and for who may decide the form to record more."""

from __future__ import annotations

import streamlit as st

from lib.meeting import actions as meeting
from lib.meeting.decided import decided
from lib.store.quarter import Quarter
from lib.store.reviewed import may_decide
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.review import actions, decision_forms
from lib.words import _


def draw(page: Page, session: StoreSession, quarter: Quarter, version: int | None = None) -> None:
    """The ninth part of the meeting."""
    found, house = decided(session, quarter, version), meeting.house_of(session)
    if found:
        actions.listed(found, house, key="review-decisions")
        actions.chosen(page, found, house)
    else:
        frames.empty(_("本季评审还没有记录决议。"))
    record(page, session, quarter)


def record(page: Page, _session: StoreSession, quarter: Quarter) -> None:
    """The form of one more decision, for who may decide."""
    if page.right.change and may_decide(page.scope, page.scope.branch_id):
        with st.expander(escaped(_("记录一项决议")), key="decision-new"):
            decision_forms.record(page, quarter)
