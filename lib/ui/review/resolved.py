"""措施与决议: what the meeting follows, decides, notes and signs, on one view."""

from __future__ import annotations

import streamlit as st

from lib.ui.plain import escaped
from lib.ui.review.extra import EXTRA
from lib.ui.review.look import Look
from lib.words import _


def draw(look: Look) -> None:
    """One part beneath the other, in the order of the meeting."""
    titles = {"actions": _("上季措施"), "decisions": _("本季决议"), "notes": _("会议记录"), "signing": _("签署")}
    version = look.run.version if look.run.corrected else None
    for key, title in titles.items():
        st.subheader(escaped(title), anchor=False)
        with look.page.session() as session:
            EXTRA[key](look.page, session, look.run.quarter, version)
