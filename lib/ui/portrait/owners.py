"""Who looks after the customer: the owners so far with what was handed over, and the form that asks for a transfer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from sqlalchemy import select

from lib import words
from lib.customers import transfer
from lib.store.models import Branch, Staff
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, codes, name


def owners(page: Page, session: StoreSession, subject: Subject) -> None:
    """The owners, newest first, and for who may write the form to ask for another."""
    rows = [
        {"since": row.since_day, "until": words.day(row.until_day) if row.until_day else _("现在"),
         "manager": row.manager or NOTHING, "branch": row.branch or NOTHING,
         "reason": name(transfer.REASONS, row.reason), "note": row.note or ""}
        for row in session.execute(transfer.owners_of(subject.customer.customer_id))
    ]  # fmt: skip
    frames.table(rows, [
        frames.Column("since", _("自"), "day"), frames.Column("until", _("至")),
        frames.Column("manager", _("客户经理")), frames.Column("branch", _("支行")),
        frames.Column("reason", _("原因")), frames.Column("note", _("交接说明")),
    ], key="portrait-owners", nothing=_("还没有管户记录。"))  # fmt: skip
    if page.right.change and subject.customer.stage != "outsider":
        with st.expander(_("申请移交"), icon=":material/swap_horiz:"):
            ask(page, session, [subject.customer.number], key=f"transfer-{subject.customer.number}")


def ask(page: Page, session: StoreSession, numbers: Sequence[str], *, key: str) -> bool:
    """The form that asks to hand customers over; True on the run after it was sent."""
    receivers = receivers_of(session)
    posts = {"head": _("客户关系管理部"), "crm": _("支行负责人")}.get(
        page.scope.role, _("支行负责人；跨支行另须客户关系管理部")
    )
    st.caption(
        escaped(_("移交须经批准：{posts}。在办事项和待办随客户一起移交，已结束季度的业绩不变。").format(posts=posts))
    )
    with SaveForm(key) as form:
        to = st.selectbox(escaped(_("移交给")), list(receivers), index=None, key=form.key("to"),
                          format_func=lambda one: receivers[one], placeholder=_("请选择"))  # fmt: skip
        reason = st.selectbox(escaped(_("移交原因")), codes(transfer.REASONS), index=None, key=form.key("reason"),
                              format_func=_reason, placeholder=_("请选择"))  # fmt: skip
        note = st.text_area(
            escaped(_("交接说明（接手的人需要知道什么）")), key=form.key("note"), max_chars=2000, height=90
        )
        problems = [] if to else [_("请选择接收人。")]
        problems += [] if reason else [_("请选择移交原因。")]
        return form.submit(
            lambda _seen: _save(page, numbers, to or 0, reason or "", note),
            problems=problems, label=_("提交移交申请"), done=_("移交申请已提交，等待批准。"),
        )  # fmt: skip


def _reason(code: str) -> str:
    return name(transfer.REASONS, code)


def receivers_of(session: StoreSession) -> dict[int, str]:
    """The managers who may receive, by id: name and branch."""
    branches = dict(session.execute(select(Branch.id, Branch.name)).all())
    found: Sequence[Staff] = session.scalars(transfer.managers()).all()
    return {one.id: _("{name}（{branch}）").format(name=one.name, branch=branches.get(one.branch_id or 0, NOTHING))
            for one in found}  # fmt: skip


def _save(page: Page, numbers: Sequence[str], to: int, reason: str, note: str) -> None:
    with page.session(write=True) as session:
        transfer.ask_transfer(session, numbers, to, reason, note)
