"""The customer being worked: who it is, every reason, what to speak of, and what is logged or put off."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.store.session import StoreSession
from lib.ui import nav
from lib.ui.frames import Link, empty, link
from lib.ui.plain import escaped
from lib.ui.today import going, keys, log, otherwise, phone, talk
from lib.ui.today.lines import Line, Listing, Why
from lib.ui.today.look import Look
from lib.words import _, day, name
from lib.work.due import by_talking


def draw(look: Look, session: StoreSession, listing: Listing) -> None:
    """The pane beside the list."""
    going.told()
    line = listing.chosen
    if line is None:
        return
    keys.walking(listing)
    with st.container(border=True, key="today-one", gap="small"):
        _head(look, line)
        _reasons(look, line)
        _points(look, session, line)
    if not look.page.right.change:
        return
    if otherwise.is_open(line):
        otherwise.form(look, line, listing.after or listing.before)
    else:
        log.form(look, line, listing.after or listing.before)
    keys.legend()


def _head(look: Look, line: Line) -> None:
    customer = line.customer
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link(Link("portrait", {"customer": line.number}, customer.name, icon=":material/person:"))
        st.badge(escaped(name("tier", customer.tier)), color="gray")
        if customer.do_not_contact:
            st.badge(_("请勿联系"), color="orange", icon=":material/do_not_disturb_on:")
        if customer.special_care:
            st.badge(escaped(name("special_care", customer.special_care)), color="violet")
        if customer.home_visit:
            st.badge(_("上门服务"), color="violet")
        phone.draw(look.page, customer)


def _reasons(look: Look, line: Line) -> None:
    """All of it, each with its day; what a conversation does not settle leads to where it is settled."""
    if not line.why:
        empty(_("这位客户今天没有到期的事；仍可记录一次联系。"))
    for why in line.why:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            tone: Any = "red" if why.late else "orange" if why.due_on <= look.asked.on else "gray"
            st.badge(escaped(day(why.due_on)), color=tone)
            st.markdown(escaped(_whole(why)), width="stretch")
            _elsewhere(line, why)


def _whole(why: Why) -> str:
    return " · ".join((why.sentence, *why.notes))


def _elsewhere(line: Line, why: Why) -> None:
    if why.case is not None:
        link(Link(nav.case_page(why.case.kind), {"case": why.case.number}, _("去处理")))
    elif why.item is not None and not by_talking(why.item):
        link(Link("portrait", {"customer": line.number}, _("去核实") if why.item.kind == "refresh" else _("去办理")))


def _points(look: Look, session: StoreSession, line: Line) -> None:
    found = talk.points(look, session, [line])[line.customer.customer_id]
    if found:
        st.caption(escaped(_("可以谈")))
        st.markdown("\n".join(f"- {escaped(one)}" for one in found))
