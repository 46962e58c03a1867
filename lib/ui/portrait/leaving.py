"""Why the customer left, on the portrait of who is gone or counted as lost: what was said, or the form that asks."""

from __future__ import annotations

import streamlit as st

from lib.churn.leaving import may_be_asked, reason_known
from lib.ui.churn import leaving_form
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.folded import folded
from lib.ui.portrait.subject import Subject
from lib.words import _, day, name


def draw(page: Page, subject: Subject) -> None:
    """Nothing for who is still there."""
    customer, latest = subject.customer, subject.latest
    if subject.narrow or not may_be_asked(customer, bool(latest and latest.gone)):
        return
    with st.container(border=True, gap="xsmall", key="portrait-leaving"):
        when = _("{day} 离行").format(day=day(customer.closed_on)) if customer.closed_on else _("长期不动，已认定流失")
        if reason_known(customer):
            said = _("离行原因：{reason}").format(reason=name("leaving_reason", customer.leaving_reason))
            st.markdown(f"**{escaped(when)}** · {escaped(said)}")
            if customer.leaving_words:
                st.caption(escaped(customer.leaving_words))
            if customer.leaving_said_on:
                st.caption(escaped(_("登记于 {day}").format(day=day(customer.leaving_said_on))))
        else:
            st.markdown(f"**{escaped(when)}** · :orange[{escaped(_('离行原因未登记'))}]")
        title = _("更正离行原因") if reason_known(customer) else _("登记离行原因")
        folded(page, subject, title, lambda: leaving_form.form(page, customer), key="leaving", icon="logout")
