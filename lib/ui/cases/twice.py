"""Before a case is registered: those it may repeat are shown, and registering it all the same takes a tick."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.complaints.duplicates import Likely, likely
from lib.complaints.write import Registration, person_on_record
from lib.store.reveal import Located
from lib.store.session import Refused
from lib.ui import frames
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name


def not_twice(form: SaveForm, page: Page, said: Registration, known: Located | None) -> list[str]:
    """Draw the likely duplicates of what the form says; a sentence while they are not ticked off, else nothing."""
    found = _found(page, said, known)
    if not found:
        return []
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{escaped(_('疑似重复：这位客户同一业务近期已登记过文字相近的事项'))}**")
        for one in found:
            _one(one)
        numbers = "-".join(one.number for one in found)
        despite = st.checkbox(escaped(_("已核对，不是同一件事，仍要登记")), key=form.key(f"despite-{numbers}"))
    return [] if despite else [_("疑似重复：请先核对列出的事项；确是另一件的，勾选后再登记。")]


def _found(page: Page, said: Registration, known: Located | None) -> list[Likely]:
    form = said.form
    with page.session() as session:
        try:
            customer_id = known.customer_id if known else person_on_record(session, form)
        except Refused:
            return []  # registering says why
        if customer_id is None:
            return []
        return likely(session, customer_id, form.business, form.summary, page.now, page.book)


def _one(one: Likely) -> None:
    told = [one.number, name("case_state", one.state), words.day(one.received_at.astimezone(words.SHANGHAI).date()),
            _("相似 {share}").format(share=words.figure(one.similarity, "percent"))]  # fmt: skip
    if one.within_reach:
        told.append(_("处理人 {name}").format(name=one.handler or _("待分派")))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(escaped(" · ".join(told)), width="content")
        if one.within_reach:
            frames.link(frames.Link("complaints", {"case": one.number}, _("打开")))
