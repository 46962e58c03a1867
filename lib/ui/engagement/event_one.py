"""One event: what it is, where it stands, its next step; its guests, its invitations, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.engagement import planning, read
from lib.engagement.rules import communities, move_problem, moves_from, standing_of, takes_guests
from lib.store.guests import runs
from lib.store.models import Branch, Event, Product, Staff
from lib.store.session import Conflict, Refused, StoreSession
from lib.ui import frames, quarters
from lib.ui.choices import choice
from lib.ui.engagement import event_form, guests, inviting, result
from lib.ui.frames import Card
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import _, integer, moment, money, name

#: words of the address that belong to one event
PARAMS = ("part", "guest", "list", "left_out")
Part = Callable[[Page, StoreSession, Event], None]


def draw(page: Page, session: StoreSession, said: str) -> None:
    """The whole event."""
    event = session.get(Event, int(said)) if said.isdecimal() and len(said) < 18 else None
    if event is None:
        frames.empty(_("没有这项活动，或它不在你的权限范围内。"))
        return
    st.subheader(escaped(event.title), anchor=False)
    _head(page, session, event)
    mine = page.right.change and runs(page.scope, event)
    if mine:
        _steps(page, event)
    _counts(page, session, event)
    parts = _parts(event, mine)
    code = choice(_("部分"), {code: title for code, (title, _draw) in parts.items()}, key="part", segments=True)
    parts[code][1](page, session, event)


def _parts(event: Event, mine: bool) -> dict[str, tuple[str, Part]]:
    found: dict[str, tuple[str, Part]] = {"": (_("名单与签到"), guests.draw)}
    if mine and takes_guests(event.state):
        found["invite"] = (_("邀请"), inviting.draw)
        found["change"] = (_("修改"), event_form.change)
    if event.state in ("held", "closed"):
        found["result"] = (_("结果"), result.draw)
    return found


def _head(page: Page, session: StoreSession, event: Event) -> None:
    currency = quarters.house(page.scope).currency
    host = session.scalar(select(Staff.name).where(Staff.id == event.host_id))
    branch = session.scalar(select(Branch.name).where(Branch.id == event.branch_id)) if event.branch_id else _("全行")
    known = communities(page.book, page.today)
    community = known[event.community].name if event.community in known else event.community
    sold = select(Product.name).where(Product.code.in_(event.products or [])).order_by(Product.name)
    products = _("、").join(session.scalars(sold)) if event.products else ""
    items: list[tuple[str, object]] = [
        (_("状态"), name("event_state", event.state)), (_("类型"), name("event_kind", event.kind)),
        (_("开始时间"), moment(event.starts_at)), (_("地点"), event.place), (_("主办"), f"{branch} · {host}"),
        (_("费用"), money(event.cost_fen, currency)), (_("主题"), event.topics), (_("相关产品"), products),
        (_("社群"), community),
    ]  # fmt: skip
    pairs([(title, value) for title, value in items if value], key="event-head")
    if event.reason and event.state == "cancelled":
        st.caption(escaped(_("取消的理由：{why}").format(why=event.reason)))


def _steps(page: Page, event: Event) -> None:
    """The states it may go to today; calling it off asks for a reason."""
    ahead = [
        to for to in moves_from(event.state, page.book, page.today)
        if to == "cancelled" or move_problem(event.state, to, event.starts_at, "", page.now, page.book) is None
    ]  # fmt: skip
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for to in (one for one in ahead if one != "cancelled"):
            if st.button(escaped(name("event_step", to)), type="primary", key=f"event-to-{to}"):
                _move(page, event, to, "")
        if "cancelled" in ahead:
            with st.popover(escaped(_("取消活动")), key="event-off"):
                why = st.text_input(escaped(_("取消的理由")), key="event-off-why", max_chars=200)
                if st.button(escaped(_("确认取消")), key="event-to-cancelled"):
                    _move(page, event, "cancelled", why)


def _move(page: Page, event: Event, to: str, why: str) -> None:
    try:
        with page.session(write=True) as session:
            planning.move(session, event.id, event.version, to, why)
    except Conflict:
        st.warning(escaped(_("这项活动刚被更新过，请刷新后再试。")))
        return
    except Refused as refused:
        st.error(escaped(refused))
        return
    st.session_state["forms.done"] = _("活动已转为“{state}”。").format(state=name("event_state", to))
    st.rerun()


def _counts(page: Page, session: StoreSession, event: Event) -> None:
    by: dict[str, int] = {}
    for _id, state, seated, things in session.execute(read.counts([event.id])):
        standing = standing_of(state, event.state, bool(seated))
        by[standing] = by.get(standing, 0) + things
    whole = runs(page.scope, event) or page.scope.customers == "bank"
    told = None if whole else _("你范围内的客户")
    cards: list[Any] = [
        Card(_("席位"), f"{integer(event.taken)} / {integer(event.seats)}",
             note=_("候补 {n} 位").format(n=integer(event.waiting)) if event.waiting else None),
        Card(_("受邀"), integer(sum(by.values())), note=told),
    ]  # fmt: skip
    shown = ("attended", "absent", "declined") if event.state == "closed" else ("registered", "attended", "declined")
    cards += [Card(name("guest_state", one), integer(by.get(one, 0)), note=told) for one in shown]
    frames.cards(cards, key="event-counts")
