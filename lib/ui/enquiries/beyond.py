"""Beyond the next step of an enquiry or breakpoint: handing it over, and what an interest in a product leads to."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from lib.enquiries import write
from lib.enquiries.rules import ENQUIRY, field_name
from lib.store.models import Staff
from lib.store.rights import writable
from lib.ui.cases.acting import Begun, form_on, submit
from lib.ui.cases.view import Opened
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name
from lib.work import due

#: a product interest is followed up within so many days unless another day is chosen
_SOON = timedelta(days=3)


def hand_over(opened: Opened, begun: Begun, page: Page) -> None:
    """To a colleague, for a reason that stays with the case."""
    form = form_on("hand-over", begun)
    with form:
        to = st.selectbox(escaped(_("移交给")), opened.handlers, index=None, key=form.key("to"),
                          format_func=_colleague, placeholder=_("请选择"))  # fmt: skip
        reason = st.text_area(escaped(_("移交理由")), key=form.key("reason"), max_chars=400, height=80)
        problems = [] if to is not None else [_("请选择接手的人。")]
        problems += [] if reason.strip() else [_("请写明移交理由。")]
        submit(form, page, begun, lambda session, read: write.hand_over(
            session, begun.number, read, to.id if to else 0, reason), problems=problems, label=_("移交"),
            done=_("已移交，移交记录已保存。"))  # fmt: skip


def follow_up(opened: Opened, page: Page) -> None:
    """An interest in a product becomes something to do, for the customer's manager, on the customer's record."""
    customer, case = opened.customer, opened.case
    if customer is None or page.scope.narrow or "due_item" not in writable(page.scope.role):
        st.caption(escaped(_("客户有产品意向：请客户经理按适当性要求跟进。")))
        return
    step = next((str((event.details or {})["next_step"]) for event in reversed(opened.events)
                 if (event.details or {}).get("next_step")), "")  # fmt: skip
    with SaveForm(f"follow-up-{case.number}") as form:
        st.caption(escaped(_("客户有产品意向：安排跟进，介绍产品前先核对风险承受能力。")))
        label, usual = escaped(field_name(ENQUIRY, "next_step")), step or _("跟进产品意向")
        title = st.text_input(label, usual, key=form.key("title"), max_chars=200)
        on = st.date_input(escaped(_("计划日期")), page.today + _SOON, min_value=page.today, key=form.key("on"),
                           format="YYYY-MM-DD")  # fmt: skip

        def save(_seen: Seen) -> None:
            with page.session(write=True) as session:
                due.plan(session, customer.customer_id, "follow_up", on, title, subject_key=f"enquiry-{case.number}")

        form.submit(save, label=_("安排跟进"), done=_("已安排跟进，见客户画像的待办。"))


def _colleague(staff: Staff) -> str:
    return _("{name}（{role}）").format(name=staff.name, role=name("role", staff.role))
