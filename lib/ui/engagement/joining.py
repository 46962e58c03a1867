"""Joining and leaving a community: the tag of a customer is set with their consent, and ended as they wish."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import select

from lib.customers.marks import end_tag, set_tag
from lib.engagement.communities import LONGEST_NOTE, JoinForm
from lib.engagement.rules import Community
from lib.store.models import Customer
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, codes, name


def forms(page: Page, one: Community) -> None:
    """For who may set tags: one form to join, one to leave, folded away."""
    if not page.right.change or "customer_tag" not in writable(page.scope.role):
        return
    left, right = st.columns(2)
    with left, st.expander(escaped(_("登记加入")), icon=":material/group_add:"):
        _join(page, one)
    with right, st.expander(escaped(_("登记退出")), icon=":material/group_remove:"):
        _leave(page, one)


def _join(page: Page, one: Community) -> None:
    with SaveForm(f"join-{one.code}") as form:
        number = st.text_input(escaped(_("客户号")), st.query_params.get("customer", ""), key=form.key("number"),
                               max_chars=20)  # fmt: skip
        day = st.date_input(escaped(_("同意日期")), page.today, max_value=page.today, key=form.key("day"))
        channel = st.selectbox(escaped(_("以哪种方式同意")), codes("channel"), None, key=form.key("channel"),
                               format_func=lambda code: name("channel", code), placeholder=_("请选择"))  # fmt: skip
        note = st.text_input(escaped(_("说明（选填）")), key=form.key("note"), max_chars=LONGEST_NOTE)
        said = JoinForm(day, channel or "", note)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                set_tag(session, _customer(session, number), one.name, one.family, said.evidence())

        problems = ([] if number.strip() else [_("请填写客户号。")]) + said.problems(page.today)
        form.submit(save, problems=problems, label=_("登记加入"), done=_("已登记加入。"))


def _leave(page: Page, one: Community) -> None:
    with SaveForm(f"leave-{one.code}") as form:
        number = st.text_input(escaped(_("客户号")), key=form.key("number"), max_chars=20)
        why = st.text_input(escaped(_("退出的原因")), key=form.key("why"), max_chars=200)

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                end_tag(session, _customer(session, number), one.name, why)

        problems = ([] if number.strip() else [_("请填写客户号。")]) + ([] if why.strip() else [_("请写明理由。")])
        form.submit(save, problems=problems, label=_("登记退出"), done=_("已登记退出，记录保留。"))


def _customer(session: StoreSession, number: str) -> int:
    found = session.scalar(select(Customer.customer_id).where(Customer.number == number.strip()))
    if found is None:
        said = _("没有客户号为“{number}”的客户，或该客户不在你的权限范围内。")
        raise Refused(said.format(number=number.strip()))
    return found
