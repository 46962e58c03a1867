"""The form by which a person is marked as special, or what is known of how to serve them is changed."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.care.special import LONGEST_REASON, LONGEST_WISHES, SpecialForm, mark
from lib.store.rights import writable
from lib.store.session import Conflict
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, codes, name


def may_mark(page: Page, kind: str) -> bool:
    """Whether this person may mark somebody of a kind on this page."""
    writes = "customer" in writable(page.scope.role) and not page.scope.narrow
    return page.right.change and writes and kind == "personal"


def form(page: Page, customer: Any, usual: str = "") -> None:
    """The form on a customer (a row with version and the three fields); `usual` is the mark that stands there first."""
    before = {field: shown(field, getattr(customer, field)) for field in _titles()}
    with SaveForm(f"special-{customer.number}", version=customer.version, before=before) as box:
        options = ("", *codes("special_care"))
        at = options.index(customer.special_care or usual)
        left, right = st.columns(2, vertical_alignment="bottom")
        care = left.selectbox(escaped(_("特殊客户类别")), options, at, key=box.key("special_care"),
                              format_func=lambda one: shown("special_care", one))  # fmt: skip
        home = right.checkbox(escaped(_("需要上门服务")), customer.home_visit, key=box.key("home_visit"))
        wishes = st.text_area(escaped(_("服务意愿")), customer.service_wishes or "", key=box.key("service_wishes"),
                              max_chars=LONGEST_WISHES, height=90,
                              placeholder=_("如：听力不便，请放慢语速；只收纸质对账单；由女儿陪同办理"))  # fmt: skip
        reason = st.text_input(escaped(_("标记或取消标记的理由")), key=box.key("reason"), max_chars=LONGEST_REASON)
        filled = SpecialForm(care, home, wishes, reason)
        box.submit(
            lambda seen: _save(page, customer.customer_id, filled, seen),
            problems=[one.sentence for one in filled.problems(customer.special_care)],
            mine={field: shown(field, getattr(filled, field)) for field in _titles()}, titles=_titles(),
            label=_("保存"), done=_("已保存特殊客户的服务安排。"), by_field=True,
        )  # fmt: skip


def _save(page: Page, customer_id: int, filled: SpecialForm, seen: Seen) -> None:
    try:
        with page.session(write=True) as session:
            mark(session, customer_id, seen.version or 0, filled, seen.keep)
    except Conflict as conflict:
        theirs = {field: shown(field, value) for field, value in conflict.theirs.items()}
        raise Conflict(theirs, conflict.version) from conflict


def shown(field: str, value: Any) -> str:
    """A field as a person reads it."""
    if field == "home_visit":
        return _("是") if value else _("否")
    if field == "special_care":
        return name("special_care", value) if value else _("不是特殊客户")
    return str(value).strip() if value else NOTHING


def _titles() -> dict[str, str]:
    return {field: name("record_field", field) for field in ("special_care", "home_visit", "service_wishes")}
