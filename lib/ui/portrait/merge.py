"""Duplicates on the portrait: records that may be the same customer, asking for a merge, and undoing one."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import select

from lib.customers import merge
from lib.customers.duplicates import Candidate, candidates
from lib.store.models import Customer
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.approvals.merge import side_by_side
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import _


def told(subject: Subject, number: str) -> None:
    """Say that the number asked for is of a record merged into this one."""
    if number != subject.customer.number:
        said = _("客户号 {number} 已合并到 {into}，以下是合并后的客户。")
        st.info(escaped(said.format(number=number, into=subject.customer.number)), icon=":material/merge:")


def duplicates(page: Page, session: StoreSession, subject: Subject) -> None:
    """Likely duplicates with what says so, a form for each, and one to undo what was merged."""
    found = candidates(session, subject.customer)
    if found:
        said = _("可能与 {n} 条记录重复，请核对。").format(n=len(found))
        st.warning(escaped(said), icon=":material/content_copy:")
    for candidate in found:
        _candidate(page, subject.customer, candidate)
    if page.right.change:
        with st.expander(_("合并另一条记录"), icon=":material/merge:"):
            _by_number(page, session, subject.customer)
    for number in subject.merged:
        _merged(page, number)


def _candidate(page: Page, customer: Customer, candidate: Candidate) -> None:
    other = candidate.customer
    with st.container(border=True, gap="small", key=f"duplicate-{other.number}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            frames.link(frames.Link("portrait", {"customer": other.number}, f"{other.name} {other.number}"))
            for reason in candidate.reasons:
                st.badge(escaped(reason), color="orange")
        if page.right.change:
            _ask(page, customer, other)


def _by_number(page: Page, session: StoreSession, customer: Customer) -> None:
    """A record nobody suspected, by its customer number."""
    typed = st.text_input(escaped(_("要并入本客户的客户号")), key=f"merge-number-{customer.number}", max_chars=20)
    if not typed.strip():
        return
    wanted = select(Customer).where(Customer.number == typed.strip().upper())
    other = session.scalars(wanted).one_or_none()
    if other is None:
        said = _("没有客户号为“{number}”的客户，或该客户不在你的权限范围内。")
        st.error(escaped(said.format(number=typed.strip())))
        return
    _ask(page, customer, other)


def _ask(page: Page, customer: Customer, other: Customer) -> None:
    """Both records side by side, and the form: which of them stays is this one."""
    problem = merge.problem(customer, other)
    if problem:
        st.caption(escaped(problem))
        return
    with st.popover(escaped(_("比较并申请合并到本客户")), width="content"):
        side_by_side(_told(customer), _told(other), key=f"merge-{other.number}")
        with SaveForm(f"merge-{customer.number}-{other.number}") as form:
            reason = st.text_input(escaped(_("理由（怎样确认是同一客户）")), key=form.key("reason"), max_chars=400)
            form.submit(
                lambda _seen: _save(page, customer.number, other.number, reason),
                problems=[] if reason.strip() else [_("请写明理由。")],
                label=_("申请合并"), done=_("合并申请已提交，等待信息复核。"),
            )  # fmt: skip


def _merged(page: Page, number: str) -> None:
    """A record merged into this one, and the one action that undoes it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escaped(_("已并入 {number}").format(number=number)), color="gray", icon=":material/merge:")
    if page.right.change:
        box = st.popover(escaped(_("撤销合并 {number}").format(number=number)), width="content")
        with box, SaveForm(f"unmerge-{number}") as form:
            reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=400)
            form.submit(
                lambda _seen: _undo(page, number, reason),
                problems=[] if reason.strip() else [_("请写明理由。")],
                label=_("申请撤销合并"), done=_("撤销申请已提交，等待信息复核。"),
            )  # fmt: skip


def _told(customer: Customer) -> dict[str, str | None]:
    return {field: None if getattr(customer, field) is None else str(getattr(customer, field))
            for field in merge.COMPARED}  # fmt: skip


def _save(page: Page, winner: str, loser: str, reason: str) -> None:
    with page.session(write=True) as session:
        merge.ask_merge(session, winner, loser, reason)


def _undo(page: Page, loser: str, reason: str) -> None:
    with page.session(write=True) as session:
        merge.ask_unmerge(session, loser, reason)
