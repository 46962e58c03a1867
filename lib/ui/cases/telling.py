"""Telling the customer and writing down: progress, the notice of a longer term, notes, and the customer's phone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.complaints import extension
from lib.store.models import Case
from lib.store.reveal import reveal, reveal_party
from lib.store.session import StoreSession
from lib.ui.cases.acting import LONGEST, Begun, form_on, said, submit
from lib.ui.cases.view import Opened
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped, plain
from lib.words import _, name
from lib.work import steps


def telling(opened: Opened, begun: Begun, page: Page) -> None:
    """The notice the law requires first, then progress, then what stays inside the bank."""
    if extension.notice_due(opened.case, opened.events) is not None:
        _notice(opened, begun, page)
    _progress(opened.case, begun, page)
    note(opened.case, page)


def note(case: Case, page: Page) -> None:
    """A note for colleagues; it changes nothing."""
    form = SaveForm(f"note-{case.number}")
    with form:
        text = st.text_area(escaped(_("内部记录")), key=form.key("text"), max_chars=LONGEST, height=90)

        def save(_seen: object) -> None:
            with page.session(write=True) as session:
                steps.note(session, case.number, text)

        form.submit(save, problems=said(text), label=_("添加记录"))


def phones(opened: Opened, page: Page) -> None:
    """Phones of the customer and of those who speak for them, in clear on request: one's open case is the reason."""
    customer = opened.customer
    if customer is not None and customer.phone_masked:
        look = partial(reveal, customer_id=customer.customer_id, field="phone")
        _phone(_("联系电话"), customer.phone_masked, "reveal-phone", page, look)
    for party in opened.parties:
        if party.phone_masked:
            look = partial(reveal_party, party=party, field="phone")
            _phone(party.name, party.phone_masked, f"reveal-phone-{party.id}", page, look)


def _phone(whose: str, masked: str, key: str, page: Page, look: Callable[[StoreSession], str | None]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        plain(f"{whose} {st.session_state.pop(f'{key}-shown', None) or masked}")
        st.button(escaped(_("显示")), key=key, on_click=_reveal, args=(page, f"{key}-shown", look),
                  help=escaped(_("查看会记入访问台账")))  # fmt: skip


def _notice(opened: Opened, begun: Begun, page: Page) -> None:
    form = form_on("notice", begun)
    with form:
        due = extension.notice_due(opened.case, opened.events)
        st.caption(escaped(_("延期（{extension}）的告知：何时、以何方式、告知何人。").format(
            extension=name("extension", due))))  # fmt: skip
        text = st.text_area(escaped(_("告知经过")), key=form.key("text"), max_chars=LONGEST, height=90)
        submit(form, page, begun, lambda session, read: extension.tell(session, begun.number, read, text),
               problems=said(text), label=_("登记已告知"), done=_("已登记告知。"))  # fmt: skip


def _progress(case: Case, begun: Begun, page: Page) -> None:
    if case.closed_at is not None:
        return
    form = form_on("progress", begun)
    with form:
        text = st.text_area(escaped(_("向客户告知进展")), key=form.key("text"), max_chars=LONGEST, height=90)
        substantive = case.promise_met_at is None and st.checkbox(
            escaped(_("这是首次实质答复（承诺时限到此为止）")), key=form.key("substantive")
        )
        submit(form, page, begun, lambda session, read: steps.progress(
            session, begun.number, read, text, substantive), problems=said(text), label=_("记录告知"))  # fmt: skip


def _reveal(page: Page, shown: str, look: Callable[[StoreSession], str | None]) -> None:
    with page.session(write=True) as session:
        st.session_state[shown] = look(session)
