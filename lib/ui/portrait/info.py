"""Key fields on the portrait: the form that asks for their change, and what waits to be checked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lib.customers import info
from lib.customers.info import FIELDS, InfoForm, ask_info
from lib.store.models import ChangeRequest, Customer
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import NOTHING, _, name

_PHONE = r"^[\d\s+-]{0,24}$"
_PAPER = {"personal": r"^\s*([0-9A-Za-z]{7,18})?\s*$", "corporate": r"^\s*([0-9A-Za-z]{18})?\s*$"}


def waiting(session: StoreSession, customer: Customer) -> None:
    """What is asked of this customer and not decided yet: a line each, leading to the request."""
    for request in session.scalars(info.waiting_on(customer)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            returned = request.state == "returned"
            st.badge(escaped(name("request_state", request.state)), color="orange" if returned else "blue")
            frames.link(frames.Link("approvals", {"request": str(request.id)}, _said(request)))


def _said(request: ChangeRequest) -> str:
    if request.kind != info.KIND:
        return name("request_kind", request.kind)
    fields = _("、").join(name("key_field", field) for field in info.said_fields(request)[1])
    return _("待复核：{fields}").format(fields=fields)


def key_fields_form(page: Page, subject: Subject) -> None:
    """Ask for a change of key fields: left as they are, or empty for numbers, they stay."""
    customer = subject.customer
    names = FIELDS[customer.kind]
    with st.expander(_("申请修改关键信息"), icon=":material/verified_user:"):
        st.caption(escaped(_("这些字段由信息复核岗位核对后才生效；证件号和电话留空表示不改。")))
        before = {field: value or NOTHING for field, value in info.stored_of(customer).items()}
        with SaveForm(f"info-{customer.number}", version=customer.version, before=before) as form:
            values = _fields(customer, names, form)
            reason = st.text_input(escaped(_("理由（客户何时、以何方式告知）")), key=form.key("reason"), max_chars=400)
            shape = InfoForm(customer.kind, **values)
            problems = [problem.sentence for problem in shape.problems(page.now)]
            problems += [] if shape.wanted else [_("没有需要修改的字段。")]
            problems += [] if reason.strip() else [_("请写明理由。")]
            form.submit(
                lambda seen: _ask(page, customer.number, shape, reason, seen),
                problems=problems,
                mine={field: values[field] or before[field] for field in names if field not in info.PROTECTED},
                titles={field: name("key_field", field) for field in names},
                label=_("提交复核"), done=_("已提交复核；复核通过后生效。"),
            )  # fmt: skip


def _ask(page: Page, number: str, shape: InfoForm, reason: str, seen: Seen) -> None:
    with page.session(write=True) as session:
        ask_info(session, number, seen.version or 0, shape, reason)


def _fields(customer: Customer, names: Sequence[str], form: SaveForm) -> dict[str, str | None]:
    """The widgets; None for a field that stays as it is."""
    values: dict[str, str | None] = {}
    with st.grid("auto", min_column_width=230, gap="small"):
        for field in names:
            values[field] = _field(customer, field, form.key(field))
    return values


def _field(customer: Customer, field: str, key: str) -> str | None:
    title = escaped(name("key_field", field))
    if field in info.PROTECTED:
        pattern = _PHONE if field == "phone" else _PAPER[customer.kind]
        wrong = _("号码里有不该有的字符，或长度不对。")
        masked = getattr(customer, f"{field}_masked") or ""
        typed = st.text_input(title, key=key, placeholder=masked, validate=(pattern, wrong), max_chars=24)
        return typed.strip() or None
    stored = getattr(customer, field) or ""
    if field == "risk_rating":
        options = ["", *info.RATINGS[customer.kind]]
        chosen = st.selectbox(title, options, options.index(stored) if stored in options else 0, key=key,
                              format_func=lambda code: name("risk_rating", code or None))  # fmt: skip
        return chosen if chosen and chosen != stored else None
    text = st.text_input(title, stored, key=key, max_chars=200)
    return None if text.strip() == stored else text
