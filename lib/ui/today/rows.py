"""The list of today: a few quiet lines a person, who, why, until when, how to reach them and when last."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.settings import bank_day
from lib.ui.frames import Link, link
from lib.ui.plain import escaped
from lib.ui.today.lines import Line, Listing
from lib.ui.today.look import Look
from lib.words import _, day, name

_PAGE, _ASKED = "today-page", "customer"


def draw(look: Look, listing: Listing) -> None:
    """One row a person, the one being worked marked."""
    with st.container(key="today-list", gap="xsmall"):
        for line in listing.lines:
            marked = listing.chosen is not None and line.number == listing.chosen.number
            with st.container(key=f"today-{'chosen' if marked else 'row'}-{line.number}", gap=None):
                _row(look, line)


def _row(look: Look, line: Line) -> None:
    customer = line.customer
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link(Link("portrait", {"customer": line.number}, customer.name, icon=""))
        if customer.tier:
            st.badge(escaped(name("tier", customer.tier)), color="gray")
        badge(look, line)
        if len(line.why) > 1:
            st.badge(f"+{len(line.why) - 1}", color="gray", help=escaped(_("；").join(w.short for w in line.why[1:])))
    said = line.why[0].short if line.why else _("没有到期的事")
    st.button(escaped(said), key=f"today-pick-{line.number}", type="tertiary", on_click=pick, args=(line.number,))
    st.caption(escaped(reached(look, line)))


def badge(look: Look, line: Line) -> None:
    """When the earliest of it is due: red only once that is over."""
    if not line.why:
        return
    first = min(line.why, key=lambda one: one.due_on)
    late = any(one.late for one in line.why)
    days = (look.asked.on - first.due_on).days
    if late:
        said: str = _("逾期 {n} 天").format(n=days) if days > 0 else _("逾期")
    else:
        said = _("今天") if days >= 0 else _("{day} 到期").format(day=day(first.due_on))
    tone: Any = "red" if late else "orange" if days >= 0 else "gray"
    st.badge(escaped(said), color=tone)


def reached(look: Look, line: Line) -> str:
    """The channel the customer prefers, the last conversation, and whose customer it is where that varies."""
    talk, parts = line.talk, []
    if line.customer.preferred_channel:
        parts.append(_("首选{channel}").format(channel=name("channel", line.customer.preferred_channel)))
    if talk is None:
        parts.append(_("还没有联系记录"))
    else:
        said = _("上次 {day} {channel}")
        parts.append(said.format(day=day(bank_day(talk.happened_at)), channel=name("channel", talk.channel)))
    if look.several and not look.wanted.staff_id:
        known = look.house.staff
        parts.append(_("、").join(known[one][1] if one in known else _("无人经办") for one in line.owners))
    return " · ".join(parts)


def pick(number: str, page: int = 0) -> None:
    """Work this customer, on another page of the list where one is named; for a button's callback."""
    st.query_params[_ASKED] = number
    if page:
        st.session_state[_PAGE] = page


def paging(total: int, size: int, filters: object) -> int:
    """How many people there are, and which page of them is shown."""
    mark = "today.filters"
    if st.session_state.get(mark, filters) != filters and _PAGE in st.session_state:
        st.session_state[_PAGE] = 1
    st.session_state[mark] = filters
    pages = max(1, -(-total // size))
    if pages == 1:
        return 1
    with st.container(horizontal=True, horizontal_alignment="center", key="today-paging"):
        return st.pagination(pages, key=_PAGE, persist_state="session")
