"""Putting an agreed change of calendar or rules into effect from a page, with its progress."""

from __future__ import annotations

import streamlit as st

from lib.jobs.carry_out import carry_out
from lib.store.models import ChangeRequest
from lib.store.session import StoreSession
from lib.ui import frames, nav
from lib.ui.approvals.kinds import matter_of
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _
from lib.work import proposals

_NEXT = "approvals.carry"


def begin(request_id: int) -> None:
    """Carry this request out on the next run of a page."""
    st.session_state[_NEXT] = request_id


def carry_on() -> None:
    """Carry out what was begun; left half way, it stays to be continued."""
    request_id = st.session_state.pop(_NEXT, None)
    if request_id is None:
        return
    line = st.empty()

    def tell(said: str) -> None:
        line.caption(escaped(said))

    with frames.loading(_("正在执行…")):
        done = carry_out(request_id, tell)
    line.empty()
    st.success(escaped(done.sentence() if done else _("这项修改已经执行过。")))


def offer(page: Page, request: ChangeRequest) -> None:
    """A sentence and a button where an agreed change is not in effect yet; the button for who keeps the rules."""
    if request.kind not in proposals.KINDS or request.state != "accepted" or request.carried_out_at is not None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = _("{matter}的修改已批准，尚未执行完毕。").format(matter=matter_of(request))
        st.warning(escaped(said))
        if nav.right(page.scope.role, "rulebook").change:
            st.button(escaped(_("继续执行")), key=f"carry-{request.id}", on_click=begin, args=(request.id,))


def offer_all(page: Page, session: StoreSession, subject: str, subject_key: str | None = None) -> None:
    """The same for whatever of a record (None: of every one of its kind) was agreed on and is within the scope."""
    mine = [ChangeRequest.subject == subject]
    if subject_key is not None:
        mine.append(ChangeRequest.subject_key == subject_key)
    for request in session.scalars(proposals.agreed().where(*mine)):
        offer(page, request)
