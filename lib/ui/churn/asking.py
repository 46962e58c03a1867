"""Who is still to be asked why they left, and the form for the one chosen."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy import select

from lib.churn.leaving import to_ask
from lib.store.models import Customer
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.churn import leaving_form
from lib.ui.churn.look import Look
from lib.ui.frames import Column, Link
from lib.ui.plain import escaped
from lib.words import _, integer


def draw(look: Look, session: StoreSession) -> None:
    """The work queue: whose reason nobody has said; choosing one opens the form below the list."""
    total = frames.count_of(session, to_ask())
    if not total:
        return
    with st.expander(escaped(_("待问离行原因 {n} 位").format(n=integer(total))), key="leaving-queue",
                     icon=":material/help:", expanded="ask" in st.query_params):  # fmt: skip
        found = frames.page_of(session, to_ask(), key="leaving-ask-page", size=20, total=total)
        rows: list[Any] = list(found.rows)
        chosen = frames.table(rows, [
            Column("name", _("客户"), pinned=True, width=110), Column("due_on", _("应问明"), "day", width=100),
            Column("closed_on", _("离行日期"), "day", width=100),
            Column("aum_fen", _("期初资产"), "money", currency=look.house.currency, width=120),
            Column("manager", _("客户经理"), width=90), Column("number", _("客户号"), width=100),
        ], key="leaving-ask", select=True)  # fmt: skip
        if chosen is None:
            st.caption(escaped(_("选一位客户，在这里登记原因；也可在客户画像里登记。")))
            return
        number = rows[chosen].number
        customer = session.scalars(select(Customer).where(Customer.number == number)).one_or_none()
        if customer is not None:
            frames.link(Link("portrait", {"customer": number}, customer.name))
            if look.page.right.change:
                leaving_form.form(look.page, customer)
