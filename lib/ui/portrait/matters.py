"""What stands open for the customer, on top of the portrait: cases, what is due, what matures, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from lib import words
from lib.store.models import DueItem
from lib.store.session import StoreSession
from lib.ui import nav
from lib.ui.frames import Link, link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import due as forms
from lib.ui.portrait import info
from lib.ui.portrait.subject import Subject
from lib.words import _, name
from lib.work.moves import state_name

_MOST = 5
_SOON = timedelta(days=7)


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """A line each: overdue ones red, what is due within a week orange."""
    with st.container(gap="xsmall", key="portrait-matters"):
        for case in subject.cases[:_MOST]:
            _case(page, case)
        if not subject.masked:
            for item in subject.due[:_MOST]:
                _item(page, subject, item)
            _rest(len(subject.due) - _MOST)
        _maturities(page, subject.maturing, subject.currency)
        info.waiting(session, subject.customer)
        _register(page, subject)


def _register(page: Page, subject: Subject) -> None:
    """The ways to take in what the customer asks or complains of, for who may."""
    if not nav.right(page.scope.role, "complaints").change:
        return
    number = {"register": "1", "customer": subject.customer.number}
    with st.container(horizontal=True, gap="small", key="portrait-register"):
        link(Link("complaints", {**number, "kind": "enquiry"}, _("登记咨询"), ":material/help:"))
        link(Link("complaints", number, _("登记投诉"), ":material/support_agent:"))


def _case(page: Page, case: Any) -> None:
    """A case with the moment its running clock ends, leading to it."""
    due, over = running_due(case), is_overdue(page, case)
    mark = _("逾期") if over else _("在办")
    if due is not None:
        mark += " · " + _("时限 {moment}").format(moment=words.moment(due))
    said = _("{kind} {number} · {state}").format(
        kind=name("case_kind", case.kind), number=case.number, state=state_name(case.kind, case.state)
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escaped(mark), color="red" if over else "orange")
        link(Link(nav.case_page(case.kind), {"case": case.number}, said))


def running_due(case: Any) -> datetime | None:
    """When the running clock of a case ends: the promise until the first reply, then the legal term."""
    if case.promise_met_at is None and case.promise_due_at is not None:
        return case.promise_due_at
    return case.legal_due_at if case.answered_at is None else None


def is_overdue(page: Page, case: Any) -> bool:
    """Whether that moment has passed."""
    due = running_due(case)
    return due is not None and due < page.now


def _item(page: Page, subject: Subject, item: DueItem) -> None:
    over = item.due_on < page.today
    mark = (_("逾期 {day}") if over else _("应于 {day}")).format(day=words.day(item.due_on))
    tone: Any = "red" if over else "orange" if item.due_on <= page.today + _SOON else "gray"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escaped(mark), color=tone)
        st.markdown(escaped(said_of(item)), width="content")
        if page.right.change:
            _act(page, subject, item)


def said_of(item: DueItem) -> str:
    """A due item in words: its kind, what it is about, and the day it was first planned for."""
    said = [name("due_kind", item.kind), *([item.title] if item.title else [])]
    if item.due_on != item.original_due_on:
        said.append(_("原定 {day}").format(day=words.day(item.original_due_on)))
    return " · ".join(said)


def _act(page: Page, subject: Subject, item: DueItem) -> None:
    if item.kind == "duplicate":
        st.button(_("去核对"), key=f"go-{item.id}", type="tertiary", on_click=to_tab, args=(_("资料"),))
        return
    title = _("核实") if item.kind == "refresh" else _("办理")
    box = st.popover(escaped(title), key=f"due-open-{item.id}", on_change="rerun", type="tertiary")
    if box.open:  # a form nobody looks at is not drawn
        with box:
            if item.kind == "refresh":
                forms.verify_form(page, subject)
            else:
                forms.end_form(page, item)


def to_tab(title: str) -> None:
    """Open another tab of the portrait; for a button's callback."""
    st.session_state["portrait-tab"] = title


def _rest(count: int) -> None:
    if count > 0:
        st.caption(escaped(_("另有 {n} 件待办，见“服务记录”。").format(n=count)))


def _maturities(page: Page, rows: Sequence[Any], currency: str) -> None:
    """What matures within the horizon of the read (90 days), in one line."""
    if not rows:
        return
    first = rows[0]
    soon = first.matures_on <= page.today + timedelta(days=30)
    amount = words.money(first.amount_fen, first.currency or currency)
    said = _("{product} {amount} 到期").format(product=first.product or name("category", first.category), amount=amount)
    if len(rows) > 1:
        said = _("{first}；90 天内共 {n} 笔到期").format(first=said, n=len(rows))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escaped(words.day(first.matures_on)), color="orange" if soon else "gray")
        st.markdown(escaped(said), width="content")
