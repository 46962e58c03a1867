"""Next best steps on the portrait: at most three, each with its reason and what does it."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.customers.situation import situation
from lib.customers.steps import Step, next_steps
from lib.store.session import StoreSession
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import due as forms
from lib.ui.portrait.matters import to_tab
from lib.ui.portrait.subject import Subject
from lib.words import _


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The steps; for customers of the bank's, not for who sees people masked."""
    customer = subject.customer
    if subject.masked or customer.stage != "customer":
        return
    if customer.do_not_contact:
        st.caption(escaped(_("客户已声明请勿联系：没有主动联系的建议。")))
        return
    of = situation(
        session, customer, subject.ids, subject.latest, subject.due, subject.maturing, subject.cases, page.book,
        page.today,
    )  # fmt: skip
    found = next_steps(of, page.book, page.today)
    if customer.no_automated_advice:
        st.caption(escaped(_("客户不接受自动推荐：建议中不含产品。")))
    if not found:
        return
    with st.container(border=True, gap="xsmall", key="portrait-steps"):
        st.markdown(f"**{escaped(_('下一步建议'))}**")
        for step in found:
            _step(page, subject, step)


def _step(page: Page, subject: Subject, step: Step) -> None:
    said = f"**{escaped(step.title)}**  {escaped(step.reason)}"
    if step.products:
        named = _("可谈：{products}").format(products=_("、").join(step.products))
        said += f"  \n:gray[{escaped(named)}]"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        st.markdown(said, width="content")
        if page.right.change:
            _act(page, subject, step)


def _act(page: Page, subject: Subject, step: Step) -> None:
    if step.act == "phone":
        st.button(_("去核实"), key=f"step-{step.key}", on_click=to_tab, args=(_("资料"),))
        return
    if step.act == "capacity":
        st.button(_("去测评"), key=f"step-{step.key}", on_click=to_tab, args=(_("需求与产品"),))
        return
    titles = {"visit": _("安排"), "verify": _("核实")}
    box = st.popover(escaped(titles[step.act]), key=f"step-{step.key}", on_change="rerun")
    if not box.open:
        return
    with box:
        if step.act == "visit":
            title = _("{title}：{reason}").format(title=step.title, reason=step.reason)
            forms.plan_form(page, subject, key=step.key, title=title[:100], day=step.due_on)
        else:
            st.caption(escaped(_("应于 {day} 前完成。").format(day=words.day(step.due_on))))
            forms.verify_form(page, subject)
