"""How a special customer (管理 §7.2) is served, on the portrait: marks, wishes, the last and the next visit."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.care.special import CHECK, born_until
from lib.customers.identity import age_on
from lib.ui.care.special_form import form, may_mark
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import _, name


def draw(page: Page, subject: Subject) -> None:
    """A box for whom there is something to know or to do; for others the form, folded away, where they are of age."""
    customer = subject.customer
    if subject.narrow or subject.masked or customer.kind != "personal" or customer.stage == "outsider":
        return
    known = bool(customer.special_care or customer.home_visit or customer.service_wishes)
    of_age = customer.birth_date is not None and customer.birth_date <= born_until(page.today, page.book)
    if not known:
        if of_age and may_mark(page, customer.kind):
            _suggestion(page, subject)
        return
    with st.container(border=True, gap="xsmall", key="portrait-special"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escaped(_headline(subject))}**", width="content")
            _edit(page, subject, _("修改服务安排"))
        if customer.service_wishes:
            st.markdown(f":gray[{escaped(_('服务意愿'))}]  {escaped(customer.service_wishes)}")
        st.caption(escaped(_visits(page, subject)))


def _headline(subject: Subject) -> str:
    customer = subject.customer
    said = [name("special_care", customer.special_care)] if customer.special_care else []
    said += [_("需要上门服务")] if customer.home_visit else []
    return " · ".join(said) or _("有服务意愿")


def _visits(page: Page, subject: Subject) -> str:
    """Priority and the next regular visit, as far as one is planned."""
    due = min((item.due_on for item in subject.due if item.kind == CHECK), default=None)
    said = [_("优先办理、定期走访")]
    if due is not None:
        late = due < page.today
        said.append((_("走访已逾期（{day}）") if late else _("下次走访 {day}")).format(day=words.day(due)))
    return " · ".join(said)


def _suggestion(page: Page, subject: Subject) -> None:
    born = subject.customer.birth_date
    assert born is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="portrait-special"):
        st.caption(escaped(_("客户 {n} 岁，尚未标记为特殊客户。").format(n=age_on(born, page.today))), width="content")
        _edit(page, subject, _("标记特殊客户"))


def _edit(page: Page, subject: Subject, title: str) -> None:
    if not may_mark(page, subject.customer.kind):
        return
    box = st.popover(escaped(title), key="special-open", on_change="rerun", type="tertiary")
    if box.open:  # a form nobody looks at is not drawn
        with box:
            form(page, subject.customer, usual="" if subject.customer.special_care else "elderly")
