"""措施与决议: what the meeting follows, decides, notes and signs, on one view for the weeks between two meetings."""

from __future__ import annotations

import streamlit as st

from lib.ui.plain import escaped
from lib.ui.review import actions, decisions, notes, signing
from lib.ui.review.look import Look
from lib.words import _


def draw(look: Look) -> None:
    """One part beneath the other, in the order of the meeting."""
    parts = (
        (_("上季措施"), actions.draw), (_("本季决议"), decisions.draw), (_("会议记录"), notes.draw),
        (_("签署"), signing.draw),
    )  # fmt: skip
    version = look.run.version if look.run.corrected else None
    for title, made in parts:
        st.subheader(escaped(title), anchor=False)
        with look.page.session() as session:
            made(look.page, session, look.run.quarter, version)
