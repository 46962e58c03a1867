"""People's decisions on a tier on the portrait: what is in force, what was, ending one, asking for one by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st
from sqlalchemy import select

from lib import words
from lib.store.models import ChangeRequest, TierDecision
from lib.store.rights import writable
from lib.store.session import StoreSession
from lib.tiers import decisions, override
from lib.tiers.override import OverrideForm, ask_override, latest_end
from lib.ui import frames, nav
from lib.ui.forms import SaveForm, Seen
from lib.ui.frames import Column, Link
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, day, name


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The decision in force, requests that wait, earlier decisions, and the forms of who may."""
    found = session.execute(decisions.of_customer(subject.customer.customer_id)).all()
    standing = session.scalars(decisions.in_force(subject.customer.customer_id)).first()
    if standing is not None:
        by = next((row.by for row in found if row[0].id == standing.id), None)
        _in_force(page, subject, standing, by)
    asked = _waiting(session, subject)
    if page.right.change and not subject.masked and subject.customer.stage == "customer" and not asked:
        _ask(page, subject)
    if found:
        _earlier(found)


def _in_force(page: Page, subject: Subject, one: TierDecision, by: str | None) -> None:
    """What counts now, until when and why; ending it is one action."""
    said = _("{act}：{tier}，自 {since} 至 {until}；{name}决定。理由：{reason}").format(
        act=name("tier_act", one.act), tier=name("tier", one.tier), since=day(one.since_day), until=day(one.until_day),
        name=by or NOTHING, reason=one.reason or NOTHING)  # fmt: skip
    st.info(escaped(said), icon=":material/gavel:")
    latest = subject.latest
    if subject.customer.tier != one.tier or (latest is not None and not latest.fixed):
        st.caption(escaped(_("下次刷新后层级才按这项决定更新。")))
    if "tier_decision" in writable(page.scope.role) and nav.right(page.scope.role, "tiers").change:
        _end(page, one)


def _end(page: Page, one: TierDecision) -> None:
    box = st.popover(escaped(_("提前结束")), width="content")
    with box, SaveForm(f"tier-end-{one.id}", version=one.version) as form:
        st.caption(escaped(_("结束后由规则决定层级，下次刷新生效；已结账的季度不变。")))
        reason = st.text_input(escaped(_("理由")), key=form.key("reason"), max_chars=400)
        form.submit(
            lambda seen: _save_end(page, one, reason, seen),
            problems=[] if reason.strip() else [_("请写明理由。")],
            label=_("结束这项决定"), done=_("已结束；下次刷新后按规则评定。"),
        )  # fmt: skip


def _save_end(page: Page, one: TierDecision, reason: str, seen: Seen) -> None:
    with page.session(write=True) as session:
        decisions.end_decision(session, one.customer_id, one.id, seen.version or 0, reason)


def _waiting(session: StoreSession, subject: Subject) -> bool:
    """Requests undecided: a line each, leading to the approvals page."""
    row = ChangeRequest
    open_ = select(row).where(
        row.customer_id == subject.customer.customer_id, row.kind.in_(override.KINDS),
        row.state.in_(("pending", "returned")),
    )  # fmt: skip
    found = session.scalars(open_).all()
    for request in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(escaped(name("request_state", request.state)), color="blue")
            after: Any = request.after
            text = _("人工调整为{tier}，至 {until}").format(tier=name("tier", after["tier"]), until=after["until"])
            frames.link(Link("approvals", {"request": str(request.id)}, text))
    return bool(found)


def _ask(page: Page, subject: Subject) -> None:
    """The form: which tier, until when, why; another post agrees."""
    customer, lines = subject.customer, subject.scheme(page)
    latest = latest_end(page.book, page.today)
    with st.expander(_("申请人工调整层级"), icon=":material/tune:"):
        st.caption(escaped(_("须经另一岗位同意；同意后在下次刷新时生效，到期后按规则重新评定。")))
        with SaveForm(f"override-{customer.number}") as form:
            with st.grid(2, min_column_width=200, gap="small"):
                tier = st.selectbox(escaped(_("调整为")), lines.codes, index=None, key=form.key("tier"),
                                    format_func=lambda code: name("tier", code), placeholder=_("请选择"))  # fmt: skip
                until = st.date_input(escaped(_("有效至")), latest, min_value=page.today + timedelta(days=1),
                                      max_value=latest, key=form.key("until"), format="YYYY-MM-DD")  # fmt: skip
            reason = st.text_area(escaped(_("理由")), key=form.key("reason"), max_chars=2000, height=90)
            shape = OverrideForm(tier or "", until, reason)
            form.submit(
                lambda _seen: _save(page, customer.number, shape),
                problems=shape.problems(lines, page.book, page.today),
                label=_("提交审批"), done=_("申请已提交；同意后在下次刷新时生效。"),
            )  # fmt: skip


def _save(page: Page, number: str, shape: OverrideForm) -> None:
    with page.session(write=True) as session:
        ask_override(session, number, shape)


def _earlier(found: Any) -> None:
    """Everything decided so far, newest first."""
    rows = [
        {"at": one.at, "act": name("tier_act", one.act), "tier": name("tier", one.tier),
         "quarter": words.quarter_name(one.quarter), "until": one.until_day, "by": by, "reason": one.reason,
         "ended": one.ended_on}
        for one, by in found
    ]  # fmt: skip
    with st.expander(escaped(_("关于层级的决定（{n} 项）").format(n=len(rows)))):
        frames.table(rows, [
            Column("at", _("时间"), "moment"), Column("act", _("决定")), Column("tier", _("层级")),
            Column("quarter", _("季度")), Column("until", _("有效至"), "day"), Column("ended", _("提前结束"), "day"),
            Column("by", _("决定人")), Column("reason", _("理由")),
        ], key="tier-decisions")  # fmt: skip
