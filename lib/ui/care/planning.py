"""Planning a visit: whom (by number or name, within reach), when, what about."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.customers.read import FOUND_AT_MOST, find
from lib.store.models import Customer
from lib.ui.care.days import day_field
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, integer, name
from lib.work import due

_KINDS = {"personal": ("visit",), "corporate": ("visit", "meeting")}
_LONGEST = 100


def button(page: Page) -> None:
    """The form behind a button; what is typed to find the customer never goes into the address."""
    with st.popover(escaped(_("安排回访")), icon=":material/event:", key="visits-plan"):
        typed = st.text_input(escaped(_("客户号或姓名")), key="visits-plan-who", max_chars=60)
        chosen = _chosen(page, typed.strip())
        if chosen is not None:
            form(page, chosen)


def _chosen(page: Page, typed: str) -> Any | None:
    """The customer meant: the only one found, or one of those found."""
    if not typed:
        st.caption(escaped(_("输入客户号、姓名或拼音，在你的范围内查找。")))
        return None
    with page.session() as session:
        rows = [row for row in session.execute(find(typed)).all() if row.stage in ("customer", "prospect")]
    if not rows:
        st.caption(
            escaped(_("没有找到“{typed}”，或该客户不在你的权限范围内。手机号和证件号须输入完整。").format(typed=typed))
        )
        return None
    if len(rows) > FOUND_AT_MOST:
        st.caption(escaped(_("找到的客户超过 {n} 位，请再多输入几个字。").format(n=integer(FOUND_AT_MOST))))
    named = {row.number: f"{row.name} · {row.number}" for row in rows[:FOUND_AT_MOST]}
    number = st.selectbox(escaped(_("客户")), list(named), format_func=named.__getitem__, key=f"visits-plan-{typed}")
    return next(row for row in rows if row.number == number)


def form(page: Page, customer: Any, kind: str = "") -> None:
    """Plan a visit, of a firm also a meeting, for the customer's manager."""
    with SaveForm(f"visits-plan-{customer.number}{kind}") as fields:
        kinds = (kind,) if kind else _KINDS[customer.kind]
        what = kinds[0]
        if len(kinds) > 1:
            what = st.selectbox(escaped(_("类别")), kinds, format_func=_named, key=fields.key("kind")) or what
        day, problems = day_field(fields, _("计划日期"), page.today, page.today)
        about = st.text_input(escaped(_("事由")), key=fields.key("title"), max_chars=_LONGEST)
        if not about.strip():
            problems = [*problems, _("请填写事由。")]

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                found = select(Customer.customer_id).where(Customer.number == customer.number)
                due.plan(session, session.scalars(found).one(), what, day, about)

        fields.submit(save, problems=problems, label=_("列入计划"), done=_("已列入计划。"))


def _named(kind: str) -> str:
    return escaped(name("due_kind", kind))
