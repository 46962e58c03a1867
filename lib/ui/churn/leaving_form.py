"""Recording why a customer left: a code and, as private text, the customer's own words."""

from __future__ import annotations

import streamlit as st

from lib.churn.leaving import LONGEST_WORDS, LeavingForm, record_reason
from lib.churn.steps import lost_reasons
from lib.store.models import Customer
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name


def form(page: Page, customer: Customer) -> None:
    """One reason for one customer; a save meanwhile by somebody else is shown."""
    before = {"reason": _named(customer.leaving_reason), "words": customer.leaving_words or ""}
    offered = lost_reasons(page.book, page.today)
    with SaveForm(f"leaving-{customer.number}", version=customer.version, before=before) as form:
        known = offered.index(customer.leaving_reason) if customer.leaving_reason in offered else None
        reason = st.selectbox(escaped(_("离行原因")), offered, index=known, key=form.key("reason"),
                              placeholder=_("请选择"),
                              format_func=lambda code: name("leaving_reason", code))  # fmt: skip
        words = st.text_area(escaped(_("客户原话或经过（属客户隐私，行领导不可见）")), customer.leaving_words or "",
                             key=form.key("words"), max_chars=LONGEST_WORDS, height=90)  # fmt: skip
        shape = LeavingForm(reason or "", words)

        def save(seen: Seen) -> None:
            with page.session(write=True) as session:
                record_reason(session, customer.number, seen.version or 0, shape)

        form.submit(save, problems=shape.problems(page.book, page.today), label=_("登记离行原因"),
                    done=_("已登记离行原因。"), mine={"reason": _named(reason), "words": words},
                    titles={"reason": _("离行原因"), "words": _("客户原话")})  # fmt: skip


def _named(reason: str | None) -> str:
    return name("leaving_reason", reason) if reason else ""
