"""The checks on screen: each a sentence with its state, and the way to what it counts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.review.checks import Check, stopping, warning
from lib.ui import frames, theme
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer

_ICONS = {"ok": "check_circle", "redo": "autorenew", "warn": "error", "stop": "block"}
_TONES = {"ok": "good", "redo": "context", "warn": "watch", "stop": "risk"}
_ORDER = ("stop", "warn", "redo", "ok")


def draw(page: Page, found: Sequence[Check]) -> None:
    """The finding, then every check: those that stop it first."""
    st.subheader(escaped(finding(found)), anchor=False)
    listed(page, sorted(found, key=lambda one: _ORDER.index(one.state)))


def finding(found: Sequence[Check]) -> str:
    """How the quarter stands in one sentence."""
    stops, warns = len(stopping(found)), len(warning(found))
    if stops:
        return _("有 {n} 项检查不通过，还不能关账").format(n=integer(stops))
    if warns:
        return _("可以关账；有 {n} 项提示，须写明理由").format(n=integer(warns))
    return _("检查全部通过，可以关账")


def listed(page: Page, found: Sequence[Check], *, key: str = "close-checks", ways: bool = True) -> None:
    """One line a check; its link where the reader has that page."""
    with st.container(border=True, gap="xsmall", key=key):
        for one in found:
            tone = theme.TONE_NAMES[_TONES[one.state]]
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f":{tone}[:material/{_ICONS[one.state]}:] {escaped(one.sentence)}", width="stretch")
                if ways and one.page and one.page != page.key:
                    frames.link(Link(one.page, one.params, _("查看")))
                elif ways and one.page:
                    frames.link(Link(one.page, one.params, _("去关账")))
