"""The phone of the customer being worked: masked, shown in clear at a press; what one has to do is the reason."""

from __future__ import annotations

from html import escape

import streamlit as st

from lib.store.models import Customer
from lib.store.reveal import ReasonMissing, reveal
from lib.store.rights import matrix
from lib.store.session import Refused
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _

_SHOWN, _ASKING, _PROBLEM = "today.phone", "today.phone.asking", "today.phone.problem"


def draw(page: Page, customer: Customer) -> None:
    """The number, and a button to see it; the reading is ledgered. Who has nothing to do for them says why."""
    if customer.phone_masked is None:
        st.caption(escaped(_("没有登记电话")))
        return
    shown = st.session_state.get(_SHOWN, ("", ""))
    if shown[0] == customer.number:
        number = escape(shown[1] or _("没有登记"))
        st.html(f'<a class="crm-tel" href="tel:{number}">{number}</a>', width="content")
        return
    st.text(customer.phone_masked, width="content")
    if page.scope.role not in matrix()["reveal"]["roles"]:
        return
    st.button(_("显示"), key="today-phone", type="tertiary", icon=":material/visibility:", on_click=_show,
              args=(page, customer))  # fmt: skip
    if st.session_state.get(_ASKING) == customer.number:
        st.text_input(escaped(_("查看理由")), key=f"today-phone-why-{customer.number}", max_chars=200)
        if problem := st.session_state.pop(_PROBLEM, None):
            st.caption(escaped(problem))


def _show(page: Page, customer: Customer) -> None:
    stated = st.session_state.get(f"today-phone-why-{customer.number}", "")
    try:
        with page.session(write=True) as session:
            value = reveal(session, customer.customer_id, "phone", stated)
    except ReasonMissing:
        st.session_state[_ASKING] = customer.number
        st.session_state[_PROBLEM] = _("这位客户没有由你经办的事项：请写明理由（至少 4 个字），再按“显示”。")
    except Refused as refused:
        st.session_state[_ASKING], st.session_state[_PROBLEM] = customer.number, str(refused)
    else:
        st.session_state.pop(_ASKING, None)
        st.session_state[_SHOWN] = (customer.number, value)
