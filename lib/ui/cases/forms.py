"""What one can do with a case: take it, the next step first, then telling, handing over, and what is rarer."""

from __future__ import annotations

import streamlit as st

from lib.store.models import Case, Staff
from lib.ui.cases import rarer
from lib.ui.cases.acting import Begun, begun_with, form_on, leave, submit
from lib.ui.cases.moving import moving
from lib.ui.cases.telling import note, phones, telling
from lib.ui.cases.view import Opened
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work import cases

__all__ = ["actions", "leave"]


def actions(opened: Opened, page: Page) -> None:
    """The forms open to this person on this case; a sentence where there are none."""
    case, begun = opened.case, begun_with(opened.case, page)
    if case.version != begun.version:
        st.warning(escaped(_("这件事项刚被别人更新过。你写的还在，看过最新情况再决定。")))
        st.button(escaped(_("看最新情况")), key="case-newest", on_click=leave)
    acting = page.right.change and bool(cases.capabilities(page.scope, case))
    if page.right.change and cases.may_take(page.scope, case):
        _take(case, page)
    if acting:
        _tabs(opened, begun, page)
    elif page.right.change and case.first_owner_id == page.scope.staff_id:
        st.caption(escaped(_("你是首问责任人：可以补充记录，处理由处理人进行。")))
        note(case, page)
    elif page.right.change and case.about_staff_id == page.scope.staff_id:
        st.caption(escaped(_("这件事项涉及你本人，须由他人处理。")))
    if acting and case.handler_id == page.scope.staff_id and case.closed_at is None:
        phones(opened, page)


def _tabs(opened: Opened, begun: Begun, page: Page) -> None:
    labels = [escaped(_("推进")), escaped(_("告知与记录")), escaped(_("转交")), escaped(_("更多"))]
    along, tell, hand, more = st.tabs(labels)
    with along:
        moving(opened, begun, page)
    with tell:
        telling(opened, begun, page)
    with hand:
        _hand_over(opened, begun, page)
    with more:
        rarer.more(opened, begun, page)


def _take(case: Case, page: Page) -> None:
    form = SaveForm(f"take-{case.number}")

    def save(_seen: object) -> None:
        with page.session(write=True) as session:
            cases.take(session, case.number)
        leave()

    with form:
        st.caption(escaped(_("这件事项还没有处理人。")))
        form.submit(save, label=_("由我处理"), done=_("已由你处理。"))


def _hand_over(opened: Opened, begun: Begun, page: Page) -> None:
    form = form_on("assign", begun)
    with form:
        to = st.selectbox(escaped(_("转交给")), opened.handlers, index=None, key=form.key("to"),
                          format_func=_colleague, placeholder=_("请选择"))  # fmt: skip
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=400)
        problems = [] if to is not None else [_("请选择接手的人。")]
        submit(form, page, begun, lambda session, read: cases.assign(
            session, begun.number, read, to.id if to else 0, reason), problems=problems, label=_("转交"))  # fmt: skip


def _colleague(staff: Staff) -> str:
    return _("{name}（{role}）").format(name=staff.name, role=name("role", staff.role))
