"""One request on screen: what is asked and why, what would change, what was said, and the forms."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.ui import frames
from lib.ui.approvals import carrying, data, forms, kinds
from lib.ui.approvals.data import Opened
from lib.ui.approvals.lists import STATE_TONES
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped, plain
from lib.ui.theme import TONE_NAMES
from lib.words import _, name


def one_request(page: Page, asked: str) -> None:
    """Draw the request whose id stands in the address."""
    with page.session() as session:
        opened = data.read(session, int(asked)) if asked.isdecimal() and len(asked) < 17 else None
    if opened is None:
        frames.empty(_("没有找到这项申请，或它不在你的范围内。"))
        return
    _head(opened)
    carrying.offer(page, opened.request)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _reason(opened)
        kinds.change(opened.request, page)
    with right:
        forms.forms(opened, page)
    _conversation(opened)


def _head(opened: Opened) -> None:
    request = opened.request
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(escaped(name("request_kind", request.kind)), anchor=False, width="content")
        tone = TONE_NAMES[STATE_TONES[request.state]]
        st.badge(escaped(name("request_state", request.state)), color=tone)  # type: ignore[arg-type]
    said = {
        _("事项"): kinds.matter_of(request),
        _("申请人"): opened.person(request.requested_by),
        _("申请时间"): words.moment(request.requested_at),
        _("机构"): opened.branch,
        _("等待审批的岗位"): name("role", request.stage_role) if request.state == "pending" else "",
        _("最后决定"): opened.person(request.decided_by) if request.decided_by else "",
        _("生效时间"): words.moment(request.carried_out_at) if request.carried_out_at else "",
    }
    pairs([(label, value) for label, value in said.items() if value], key="request-head")


def _reason(opened: Opened) -> None:
    with st.container(border=True, gap=None):
        st.caption(escaped(_("申请理由")))
        plain(opened.request.reason)


def _conversation(opened: Opened) -> None:
    """What was said and decided, latest first."""
    st.subheader(escaped(_("经过")), anchor=False)
    with st.container(border=True, gap="small"):
        for step in reversed(opened.steps):
            with st.container(gap=None):
                who = escaped(" · ".join((words.moment(step.at), opened.person(step.staff_id))))
                st.markdown(f":gray[{who}]  **{escaped(name('request_act', step.act))}**")
                if step.text:
                    plain(step.text)
