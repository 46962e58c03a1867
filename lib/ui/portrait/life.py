"""Life events on the portrait: what happened, and the form that records what was learned."""

from __future__ import annotations

import streamlit as st

from lib.customers.life import EARLIEST, LONGEST_NOTE, LifeForm, kinds_of, life_events, record_life_event
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import _, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The events, newest first, and the form for who may write."""
    frames.table(session.scalars(life_events(subject.ids)).all(), [
        frames.Column("happened_on", _("日期"), "day"), frames.Column("kind", _("事件"), "code", family="life_event"),
        frames.Column("note", _("说明"), width="large"),
    ], key="portrait-life", nothing=_("还没有登记生活事件。"))  # fmt: skip
    folded(page, subject, _("登记生活事件"), lambda: _form(page, subject), key="life-add", icon="celebration")


def _form(page: Page, subject: Subject) -> None:
    customer = subject.customer
    with SaveForm(f"life-{customer.number}") as form:
        left, right = st.columns(2)
        kind = left.selectbox(escaped(_("事件")), kinds_of(customer.kind), index=None, key=form.key("kind"),
                              format_func=lambda code: name("life_event", code), placeholder=_("请选择"))  # fmt: skip
        day = right.date_input(
            escaped(_("发生日期")), page.today, min_value=EARLIEST, max_value=page.today, key=form.key("day")
        )
        note = st.text_input(escaped(_("说明")), key=form.key("note"), max_chars=LONGEST_NOTE)
        shape = LifeForm(kind or "", day, note)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                record_life_event(session, customer.customer_id, shape)

        form.submit(save, problems=shape.problems(customer.kind, page.today), label=_("登记事件"),
                    done=_("已登记生活事件。"))  # fmt: skip
