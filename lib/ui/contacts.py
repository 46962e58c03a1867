"""One conversation on screen: the fields of its form, wherever it is logged, and what logging it did in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import streamlit as st
from sqlalchemy import or_, select

from lib import words
from lib.store.models import Contact, DueItem
from lib.store.session import StoreSession
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, day, name
from lib.work.contacts import ContactForm

OUTCOMES = ("reached", "not_reached", "follow_up", "refused")
_SOON = {"1": 1, "7": 7, "30": 30}  # the days the quick choices lie ahead
_OWN, _AGREED = "own", 3  # another day; rows for what a meeting agreed


@dataclass(frozen=True)
class Occasion:
    """What a form begins with: channel and purpose, what is open for the customer (item id → in words), which of it
    the conversation is about unless changed, and whether it may be a meeting with minutes."""

    channel: str | None = None
    purpose: str = "visit"
    items: Mapping[int, str] = field(default_factory=dict)
    about: tuple[int, ...] = ()
    meeting: bool = False


def contact_fields(page: Page, form: SaveForm, of: Occasion) -> ContactForm:
    """The widgets of one conversation within a form, and what they say."""
    channels, purposes = _named("channel"), _named("contact_purpose")
    with st.grid("auto", min_column_width=170, gap="small"):
        usual = list(channels).index(of.channel) if of.channel in channels else 0
        channel = st.selectbox(_title("channel"), list(channels), usual, key=form.key("channel"),
                               format_func=channels.__getitem__)  # fmt: skip
        purpose = st.selectbox(_title("purpose"), list(purposes), list(purposes).index(of.purpose),
                               key=form.key("purpose"), format_func=purposes.__getitem__)  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.session_state.setdefault(form.key("outcome"), OUTCOMES[0])  # the keyboard sets it too
        outcomes = _named("contact_outcome")
        outcome = st.segmented_control(_title("outcome"), OUTCOMES, required=True, key=form.key("outcome"),
                                       format_func=outcomes.__getitem__)  # fmt: skip
        at = _when(page, form)
    about = _about(form, of)
    note = st.text_area(_title("note"), key=form.key("note"), height=68)
    step, next_on = _next(page, form)
    attendees, actions = _meeting(page, form) if of.meeting else ("", ())
    tried = tuple(of.items) if outcome == "not_reached" else about  # who reached nobody settled nothing
    return ContactForm(
        channel, purpose, outcome or "", at, step, note, next_on, tried, attendees,
        actions,
    )  # fmt: skip


def _when(page: Page, form: SaveForm) -> datetime:
    """When it was: just now unless said otherwise."""
    now = page.now.astimezone(words.SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)
    with st.popover(_title("happened_at"), type="tertiary"):
        at = st.datetime_input(_title("happened_at"), now, max_value=now, key=form.key("happened_at"))
    return at.replace(tzinfo=words.SHANGHAI)


def _about(form: SaveForm, of: Occasion) -> tuple[int, ...]:
    """Which of the open items it was about."""
    if not of.items:
        return ()
    named = {one: escaped(what) for one, what in of.items.items()}
    chosen = st.pills(escaped(_("本次办理")), list(named), selection_mode="multi", default=list(of.about),
                      key=form.key("about"), format_func=named.__getitem__)  # fmt: skip
    return tuple(chosen)


def _next(page: Page, form: SaveForm) -> tuple[str, date | None]:
    """The next step, and for which day it is planned: soon by one press, or any day."""
    step = st.text_input(_title("next_step"), key=form.key("next_step"), max_chars=200)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        said = {"": _("不约日期"), "1": _("明天"), "7": _("一周后"), "30": _("一月后"), _OWN: _("自选")}
        chosen = st.segmented_control(escaped(_("下一步日期")), list(said), default="", required=True,
                                      key=form.key("next"), format_func=said.__getitem__)  # fmt: skip
        picked = st.date_input(escaped(_("自选日期")), page.today + timedelta(days=7), min_value=page.today,
                               key=form.key("next_on"), width=150)  # fmt: skip
    if chosen == _OWN:
        return step, picked
    return step, page.today + timedelta(days=_SOON[chosen]) if chosen in _SOON else None


def _meeting(page: Page, form: SaveForm) -> tuple[str, tuple[tuple[str, date], ...]]:
    """Who attended and what was agreed, each with its day; the minutes stand in the note (办法 §五.1)."""
    with st.expander(escaped(_("沟通会：与会人与商定事项")), key=form.key("meeting")):
        attendees = st.text_input(escaped(_("与会人")), key=form.key("attendees"), max_chars=200)
        rows = []
        for number in range(1, _AGREED + 1):
            what, until = st.columns([3, 2])
            agreed = what.text_input(escaped(_("商定事项 {n}").format(n=number)), key=form.key(f"action-{number}"))
            day_ = until.date_input(escaped(_("完成日期")), page.today + timedelta(days=14), min_value=page.today,
                                    key=form.key(f"action-day-{number}"))  # fmt: skip
            rows.append((agreed, day_))
    return attendees, tuple((agreed, until) for agreed, until in rows if agreed.strip())


def said_of(session: StoreSession, customer_id: int, contact: Contact | None) -> str:
    """What logging a conversation did: what is done by it, what is planned, when somebody is to try again."""
    said = [_("已记录")]
    if contact is None:
        return said[0]
    item = DueItem
    mine = or_(item.contact_id == contact.id, item.kind == "visit", item.id == contact.due_item_id)
    found = list(session.scalars(select(item).where(item.customer_id == customer_id, mine).order_by(item.due_on)))
    done = [one for one in found if one.contact_id == contact.id and one.state == "done"]
    planned = [one for one in found if one.contact_id == contact.id and one.state == "open"]
    if done:
        what = _("、").join(dict.fromkeys(one.title or name("due_kind", one.kind) for one in done))
        said.append(_("{what}已完成").format(what=what))
    said += [_("“{what}”列入 {day}").format(what=one.title, day=day(one.due_on)) for one in planned]
    said += _after(found, contact, visited=any(one.kind == "visit" for one in done))
    return _("；").join(said)


def _after(found: list[DueItem], contact: Contact, *, visited: bool) -> list[str]:
    if visited:
        following = [one for one in found if one.kind == "visit" and one.state == "open"]
        return [_("下次回访 {day}").format(day=day(one.due_on)) for one in following[:1]]
    again = next((one for one in found if one.id == contact.due_item_id and one.snoozed_until is not None), None)
    if contact.outcome == "not_reached" and again is not None:
        return [_("{day} 再列出").format(day=day(again.snoozed_until))]
    return []


def _named(family: str) -> dict[str, str]:
    return {code: name(family, code) for code in codes(family)}


def _title(of: str) -> str:
    return escaped(name("contact_field", of))
