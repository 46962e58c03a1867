"""Registering an enquiry or a breakpoint: whose it is, then one short form; answered on the spot is settled at once."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.enquiries.rules import (
    BREAKPOINT,
    ENQUIRY,
    LONGEST,
    WITH_ANSWER,
    RegisterForm,
    field_name,
    offered,
    service_steps,
)
from lib.enquiries.write import Registration, register
from lib.settings import BANK_ZONE
from lib.store.models import Branch, Product
from lib.ui import frames
from lib.ui.cases import whom
from lib.ui.cases.whom import Whom
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name

_NUMBER = "enquiry.number"


def registration(page: Page, kind: str) -> None:
    """The whole registration; leaves for the new case once it is written."""
    st.subheader(escaped(_("登记咨询") if kind == ENQUIRY else _("登记服务断点")), anchor=False)
    st.caption(escaped(_promise(page, kind)))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        who = whom.who()
    with st.grid(2, min_column_width=220, gap="small"):
        known = whom.customer(page) if who == "customer" else Whom(None, who)
    if known is None:
        st.caption(escaped(_("先找到客户；不是本行客户的，选“非本行个人”或“非本行单位”。")))
        return
    whom.shown(known)
    form = SaveForm(f"{kind}-{known.known.number if known.known else known.kind}")
    with form:
        said = _asked(form, page, kind, known)
        problems = [problem.sentence for problem in said.problems(page.now, page.book)]
        label = _("登记")
        if form.submit(lambda seen: _save(page, said, seen), problems=problems, label=label, done=_("已登记。")):
            _leave()


def _promise(page: Page, kind: str) -> str:
    """What registering commits to, by the rule in force."""
    hours = page.book.value("enquiry.answer" if kind == ENQUIRY else "breakpoint.tell", page.today)
    said = (
        _("登记人即首问责任人，负责到办结或移交。个人 {personal} 小时、企业 {corporate} 小时内答复；当场答复的即办结。")
        if kind == ENQUIRY
        else _("登记人即首问责任人，负责到核验办结或移交。个人 {personal} 小时、企业 {corporate} 小时内告知客户。")
    )
    return said.format(personal=hours["personal"], corporate=hours["corporate"])


def _asked(form: SaveForm, page: Page, kind: str, known: Whom) -> Registration:
    """Draw the form's fields and give what they say."""
    said: dict[str, Any] = {}
    if known.known is None:
        with st.grid(2, min_column_width=200, gap="small"):
            said |= {one: st.text_input(_label(kind, one), key=form.key(one)) for one in ("person", "contact")}
    branch: int | None = page.scope.branch_id
    with st.grid(3, min_column_width=200, gap="small"):
        usual = "branch" if page.scope.branch_id else "hotline"
        said["channel"] = _code(form, kind, "channel", offered("channel", page.book, page.today), usual)
        said["business"] = _code(form, kind, "business", offered("business", page.book, page.today))
        if kind == BREAKPOINT:
            said["step"] = _code(form, kind, "step", service_steps(page.book, page.today))
    said["summary"] = _text(form, kind, "summary", 100)
    said |= _answer(form, kind) if kind == ENQUIRY else {"concerned": _text(form, kind, "concerned", 68)}
    with st.expander(escaped(_("产品、机构与时间"))), st.grid(3, min_column_width=200, gap="small"):
        product, branch = _subject(form, page, kind, branch)
        local = page.now.astimezone(BANK_ZONE).replace(second=0, microsecond=0, tzinfo=None)
        at = st.datetime_input(_label(kind, "received_at"), value=local, key=form.key("received_at"), step=60)
    received = at.replace(tzinfo=BANK_ZONE) if at and at != local else page.now
    shape = RegisterForm(kind=kind, customer_kind=known.kind, received_at=received, product_id=product, **said)
    return Registration(shape, known.known.number if known.known else "", branch)


def _answer(form: SaveForm, kind: str) -> dict[str, str]:
    """The answer given on the spot with its outcome; left empty, the enquiry stays open under its clock."""
    answer = st.text_area(
        escaped(_("当场答复（没有当场答复则留空）")), key=form.key("answer"), max_chars=LONGEST, height=80
    )
    with st.grid(2, min_column_width=240, gap="small", vertical_alignment="bottom"):
        outcome = st.segmented_control(
            escaped(_("答复后的结果")), WITH_ANSWER, default="answered", key=form.key("outcome"), required=True,
            format_func=lambda one: escaped(name("enquiry_outcome", one)),
        )  # fmt: skip
        step = st.text_input(
            escaped(_("下一步（有产品意向或转介时）")), key=form.key("next_step"), max_chars=200,
            placeholder=_("如：约好周五介绍大额存单"),
        )  # fmt: skip
    return {"answer": answer, "outcome": outcome or "answered", "next_step": step}


def _subject(form: SaveForm, page: Page, kind: str, own: int | None) -> tuple[int | None, int | None]:
    """The product and the branch it is about."""
    with page.session() as session:
        sold = select(Product.id, Product.name).where(Product.active).order_by(Product.name, Product.id)
        products = dict(session.execute(sold).all())
        branches = dict(session.execute(select(Branch.id, Branch.name).order_by(Branch.code)).all())
    product = st.selectbox(_label(kind, "product_id"), list(products), index=None, key=form.key("product"),
                           format_func=products.__getitem__, placeholder=_("请选择"))  # fmt: skip
    options = list(branches)
    label = _("接待机构") if kind == ENQUIRY else _("发生机构")
    branch = st.selectbox(escaped(label), options, index=options.index(own) if own in options else None,
                          key=form.key("branch"), format_func=branches.__getitem__,
                          placeholder=_("不针对机构"))  # fmt: skip
    return product, branch


def _code(form: SaveForm, kind: str, field: str, options: dict[str, str], usual: str = "") -> str:
    at = list(options).index(usual) if usual in options else None
    chosen = st.selectbox(_label(kind, field), list(options), index=at, key=form.key(field), placeholder=_("请选择"),
                          format_func=options.__getitem__)  # fmt: skip
    return chosen or ""


def _text(form: SaveForm, kind: str, field: str, height: int) -> str:
    return st.text_area(_label(kind, field), key=form.key(field), max_chars=LONGEST, height=height)


def _label(kind: str, field: str) -> str:
    return escaped(field_name(kind, field))


def _save(page: Page, said: Registration, seen: Seen) -> None:
    with page.session(write=True) as session:
        st.session_state[_NUMBER] = register(session, said, seen.once)


def _leave() -> None:
    whom.forget()
    number = st.session_state.pop(_NUMBER, "")
    if number:
        frames.go_to("complaints", case=number)
