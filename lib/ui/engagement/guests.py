"""The guests of an event as a list to tick: who takes a seat, who declines, who came; and one more by number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.engagement import attending, inviting, read
from lib.engagement.rules import standing_of, takes_ticks
from lib.store.guests import runs
from lib.store.models import Customer, Event
from lib.store.session import Refused, StoreSession
from lib.ui import frames, one_by_one
from lib.ui.choices import choice
from lib.ui.engagement.badges import guest_badge
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name

_KEY = "event-guests"
_STORED = ("invited", "registered", "waiting", "declined", "attended")
Act = Callable[[StoreSession, Any], object]


def draw(page: Page, session: StoreSession, event: Event) -> None:
    """The list, what may be done with the ticked, and the form that adds one more."""
    one_by_one.told(_KEY, _("已处理 {n} 位客户。"), _("未处理 {n} 位客户："), _("客户号"))
    with st.container(width=240):
        states = {"": _("全部状态"), **{one: name("guest_state", one) for one in _STORED}}
        state = choice(_("状态"), states, key="guest")
    found = frames.page_of(session, read.guests(event.id, state), key="event-guests-page", filters=(event.id, state))
    rows = [_row(one, event) for one in found.rows]
    if not rows:
        frames.empty(_nothing(page, event, state))
    elif _acts(page, event):
        _ticked(page, event, list(found.rows), rows)
    else:
        frames.table(rows, _columns(), key="event-guest-list", link=frames.RowLink("portrait", "customer", "number"))
    if page.right.change and not page.scope.narrow and event.state in ("draft", "open"):
        _one_more(page, event)


def _nothing(page: Page, event: Event, state: str) -> str:
    if state:
        return _("没有这种状态的客户。")
    if event.state not in ("draft", "open"):
        return _("在你的范围内没有客户受邀。")
    return _("还没有邀请客户。可在“邀请”中按筛选邀请，或在下方按客户号加入。") if runs(page.scope, event) else _(
        "在你的范围内还没有客户受邀，可在下方按客户号加入。")  # fmt: skip


def _row(one: Any, event: Event) -> dict[str, Any]:
    standing = standing_of(one.state, event.state, one.registered_at is not None)
    return {
        "number": one.number, "name": one.name, "tier": one.tier, "manager": one.manager, "phone": one.phone_masked,
        "state": guest_badge(standing), "registered_at": one.registered_at,
    }  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column("name", _("客户"), pinned=True, width=130), Column("state", _("状态"), "badge", width=80),
        Column("tier", _("层级"), "code", family="tier", width=75), Column("manager", _("客户经理"), width=85),
        Column("phone", _("电话"), width=115), Column("registered_at", _("报名时间"), "moment", width=135),
        Column("number", _("客户号"), width=115),
    ]  # fmt: skip


def _acts(page: Page, event: Event) -> dict[str, tuple[str, Act]]:
    """What may be done with ticked guests now: code → what the button says, and the command."""
    if not page.right.change or page.scope.narrow:
        return {}
    found: dict[str, tuple[str, Act]] = {}
    if takes_ticks(event.state, event.starts_at, page.now):
        found["came"] = (_("到场"), lambda session, one: attending.tick(session, event.id, {one.customer_id: True}))
        found["away"] = (
            _("撤销到场"),
            lambda session, one: attending.tick(session, event.id, {one.customer_id: False}),
        )
    if event.state == "open" and event.starts_at > page.now:
        found["seat"] = (_("报名"), lambda session, one: attending.register(session, event.id, one.customer_id))
    if event.state in ("draft", "open"):
        found["off"] = (_("不参加"), lambda session, one: attending.withdraw(session, event.id, one.customer_id))
    return found


def _ticked(page: Page, event: Event, found: list[Any], rows: list[dict[str, Any]]) -> None:
    """Each ticked guest in a transaction of its own: one that is refused holds none of the others."""
    key = f"event-guest-list-{one_by_one.round_of(_KEY)}"
    wanted = [found[at] for at in frames.checklist(rows, _columns(), key=key, by="number")]
    st.caption(escaped(_("已勾选 {n} 位客户。").format(n=len(wanted)) if wanted else
                       _("勾选左侧的方框，再选择要做的事。")))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for code, (label, act) in _acts(page, event).items():
            main = code in ("came", "seat")
            if st.button(escaped(label), key=f"guests-{code}", disabled=not wanted,
                         type="primary" if main else "secondary"):  # fmt: skip
                one_by_one.doing(page, _KEY, wanted, act)(None)
                st.rerun()
        if event.waiting and event.state == "open" and runs(page.scope, event) and event.taken < event.seats:
            _move_up(page, event)


def _move_up(page: Page, event: Event) -> None:
    if st.button(escaped(_("候补递补")), key="guests-up"):
        with page.session(write=True) as session:
            moved = attending.promote(session, event.id)
        st.session_state["forms.done"] = _("已递补 {n} 位。").format(n=moved)
        st.rerun()


def _one_more(page: Page, event: Event) -> None:
    """One customer by number: a seat at once where the event takes them, else on the list."""
    takes = event.state == "open" and event.starts_at > page.now
    with SaveForm(f"guest-{event.id}") as form:
        number = st.text_input(escaped(_("客户号")), st.query_params.get("customer", ""), key=form.key("number"),
                               max_chars=20)  # fmt: skip

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                customer_id = session.scalar(select(Customer.customer_id).where(Customer.number == number.strip()))
                if customer_id is None:
                    raise Refused(_("没有客户号为“{number}”的客户，或该客户不在你的权限范围内。").format(
                        number=number.strip()))  # fmt: skip
                if takes:
                    attending.register(session, event.id, customer_id)
                else:
                    inviting.invite(session, event.id, customer_id)

        problems = [] if number.strip() else [_("请填写客户号。")]
        form.submit(save, problems=problems, label=_("登记报名") if takes else _("加入名单"), done=_("已登记。"))
