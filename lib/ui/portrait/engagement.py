"""Events on the portrait: to which the customer was asked, whether they came, and a seat at one to come."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.engagement import attending, read
from lib.engagement.rules import standing_of
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.engagement.badges import guest_badge
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column, RowLink
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import _, moment

_LISTED = 100


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The events, the latest first; for who may write the form that registers for one to come."""
    found = session.execute(read.of_customer(subject.ids).limit(_LISTED)).all()
    columns = [
        Column("title", _("活动"), pinned=True), Column("standing", _("状态"), "badge"),
        Column("starts_at", _("开始时间"), "moment"), Column("kind", _("类型"), "code", family="event_kind"),
    ]  # fmt: skip
    frames.table([_row(one) for one in found], columns, key="portrait-events", nothing=_("还没有受邀参加活动。"),
                 link=RowLink("engagement", "event", "id"))  # fmt: skip
    open_ = session.execute(read.open_to(page.now).limit(_LISTED)).all()
    there = {one.id for one in found if one.state in ("registered", "waiting", "attended")}
    offered = {one.id: one for one in open_ if one.id not in there}
    if offered:
        folded(page, subject, _("登记报名"), lambda: _form(page, subject, offered), key="event-add", icon="event")


def _row(one: Any) -> dict[str, Any]:
    standing = standing_of(one.state, one.event_state, one.registered_at is not None)
    return {"id": str(one.id), "title": one.title, "starts_at": one.starts_at, "kind": one.kind,
            "standing": guest_badge(standing)}  # fmt: skip


def _form(page: Page, subject: Subject, offered: dict[int, Any]) -> None:
    customer = subject.customer
    with SaveForm(f"event-{customer.number}") as form:
        chosen = st.selectbox(escaped(_("活动")), list(offered), key=form.key("event"),
                              format_func=lambda one: _said(offered[one]))  # fmt: skip

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                attending.register(session, chosen, customer.customer_id)

        form.submit(save, label=_("登记报名"), done=_("已登记，名额已满时列入候补。"))


def _said(one: Any) -> str:
    told = _("{title} · {at} · 席位 {taken} / {seats}")
    return told.format(title=one.title, at=moment(one.starts_at), taken=one.taken, seats=one.seats)
