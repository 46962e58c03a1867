"""A protected value in clear: asked for with a reason, shown once, entered in the access ledger."""

from __future__ import annotations

import streamlit as st

from lib.store.reveal import ReasonMissing, reveal
from lib.store.rights import matrix
from lib.store.session import Refused
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import _

_OPEN, _VALUE, _PROBLEM = "portrait.reveal", "portrait.revealed", "portrait.reveal.problem"
REASON = "reveal-reason"


def buttons(page: Page, subject: Subject) -> None:
    """Masked phone and identity number, each with a button for those who may see it in clear."""
    customer = subject.customer
    allowed = page.scope.role in matrix()["reveal"]["roles"]
    corporate = customer.kind == "corporate"
    masked = {
        "phone": (_("电话 {masked}"), customer.phone_masked),
        "identity": (_("信用代码 {masked}") if corporate else _("证件 {masked}"), customer.identity_masked),
    }
    with st.container(horizontal=True, gap="small", key="portrait-protected"):
        for field, (sentence, value) in masked.items():
            if value is not None:
                _masked(field, sentence.format(masked=value), allowed)
    if allowed and st.session_state.get(_OPEN) in masked:
        _dialog(page, subject, st.session_state[_OPEN])


def _masked(field: str, sentence: str, allowed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        st.text(sentence, width="content")
        if allowed:
            eye, key = ":material/visibility:", f"reveal-{field}"
            st.button(_("显示"), key=key, type="tertiary", icon=eye, on_click=_ask, args=(field,))


def _dialog(page: Page, subject: Subject, field: str) -> None:
    titles = {"phone": _("显示电话"), "identity": _("显示证件号")}
    st.dialog(titles[field], on_dismiss=_forget)(_body)(page, subject, field)


def _body(page: Page, subject: Subject, field: str) -> None:
    value = st.session_state.pop(_VALUE, None)
    if value is not None:
        st.code(value or _("没有登记"), language=None)
        st.caption(_("只显示这一次；查看已记入访问台账。"))
        return
    st.caption(_("查看完整号码会记入访问台账：谁、何时、为何。"))
    optional = _("正在经办该客户的投诉时，查看电话可不填理由。")
    st.text_input(_("理由"), key=REASON, max_chars=200, help=optional if field == "phone" else None)
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped(problem))
    st.button(
        _("显示完整号码"), key="reveal-now", type="primary", on_click=_reveal,
        args=(page, subject.customer.customer_id, field),
    )  # fmt: skip


def _ask(field: str) -> None:
    _forget()
    st.session_state[_OPEN] = field


def _forget() -> None:
    for key in (_OPEN, _VALUE, _PROBLEM):
        st.session_state.pop(key, None)


def _reveal(page: Page, customer_id: int, field: str) -> None:
    try:
        with page.session(write=True) as session:
            value = reveal(session, customer_id, field, st.session_state.get(REASON, ""))
    except ReasonMissing:
        st.session_state[_PROBLEM] = _("请写明理由，至少 4 个字。")
    except Refused as refused:
        st.session_state[_PROBLEM] = str(refused)
    else:
        st.session_state[_VALUE] = value or ""
