"""The pack of the meeting looked at, as links to its files."""

from __future__ import annotations

import streamlit as st

from lib.ui import frames
from lib.ui.review.look import Look
from lib.words import _


def draw(look: Look) -> None:
    """Slides and workbook of this quarter in this version."""
    at = {"quarter": look.quarter}
    if look.run.version != look.current.version:
        at["version"] = str(look.run.version)
    with st.container(horizontal=True, gap="small", key="review-pack"):
        frames.download(_("下载幻灯片（PPTX）"), "review-pack", format="pptx", **at)
        frames.download(_("下载工作簿（XLSX）"), "review-pack", format="xlsx", **at)
