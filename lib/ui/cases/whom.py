"""Whose matter is being registered: a customer exactly identified, looked up once, or one who is none."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from sqlalchemy import select

from lib.store.models import Customer
from lib.store.reveal import Located, locate
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, name

_FOUND = "register.found"


@dataclass(frozen=True)
class Whom:
    """Whose it is: a customer exactly identified (`known`), or nobody the bank knows; kind personal | corporate."""

    known: Located | None
    kind: str
    name: str = ""


def who() -> str:
    """The choice of whose it is: customer, or the kind of one who is none: personal | corporate."""
    named = {"customer": _("本行客户"), "personal": _("非本行个人"), "corporate": _("非本行单位")}
    return str(st.segmented_control(
        escaped(_("投诉人")), list(named), default="customer", required=True, key="register-who",
        format_func=lambda code: escaped(named[code]), label_visibility="collapsed",
    ))  # fmt: skip


def customer(page: Page) -> Whom | None:
    """The box for a customer's number, phone or identity number, and whom it finds; None for nobody."""
    typed = st.text_input(
        escaped(_("客户号、手机号或证件号")), value=st.query_params.get("customer", ""), key="register-customer",
        help=escaped(_("须完整准确；查找会记入访问台账")),
    )  # fmt: skip
    if not typed.strip():
        return None
    found = _located(page, typed.strip())
    if found is None:
        st.warning(escaped(_("没有找到唯一的客户，请核对客户号、手机号或证件号。")))
    return found


def _located(page: Page, typed: str) -> Whom | None:
    """Look once for what was typed: every look is an entry in the ledger."""
    kept = st.session_state.get(_FOUND)
    if kept is not None and kept[0] == (page.scope, typed):
        return kept[1]
    with page.session(write=True) as session:
        known = locate(session, typed)
        mine = known and session.scalar(select(Customer.name).where(Customer.customer_id == known.customer_id))
    found = Whom(known, known.kind, mine or known.masked_name) if known else None
    st.session_state[_FOUND] = ((page.scope, typed), found)
    return found


def shown(whom: Whom) -> None:
    """What the bank holds of a customer already, so that nobody asks for it again."""
    if whom.known is not None:
        told = _("{name} · {kind} · 客户号 {number} · 电话 {phone}").format(
            name=whom.name, kind=name("customer_kind", whom.kind), number=whom.known.number,
            phone=whom.known.masked_phone or NOTHING,
        )  # fmt: skip
        st.caption(escaped(told))


def forget() -> None:
    """Begin the next registration without a customer."""
    st.session_state.pop(_FOUND, None)
