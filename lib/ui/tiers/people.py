"""The customers behind a bar, row or cell of the tiers page, paged, each leading to the portrait."""

from __future__ import annotations

import streamlit as st

from lib.store.session import StoreSession
from lib.ui import frames, picks
from lib.ui.frames import Column, RowLink
from lib.ui.plain import escaped
from lib.ui.tiers import data, groups
from lib.ui.tiers.groups import Asked
from lib.words import _, integer, name, quarter_name


def draw(session: StoreSession, asked: Asked) -> None:
    """The list with what it counts, and how many others count who are looked after elsewhere now."""
    look = asked.look
    picks.back(_("返回分层总览"), "show", key="tiers-back")
    st.subheader(escaped(asked.title), anchor=False)
    where = f"{name('customer_kind', look.kind)} · {quarter_name(str(look.run.quarter))}"
    st.caption(escaped(where))
    at = (look.facts, asked.what)
    # Who reaches the whole bank reaches exactly those counted; to count a large list again takes seconds.
    known = asked.stored if look.page.scope.customers == "bank" else None
    total = data.listed(look.page.scope, *at) if known is None else known
    paged = frames.page_of(session, data.query_of(*at), key="tier-people", filters=at, total=total)
    elsewhere = (asked.stored or 0) - paged.total
    if elsewhere > 0 and paged.total < frames.COUNTED_TO:
        st.caption(_("另有 {n} 位现由他人管户，不在名单内。").format(n=integer(elsewhere)))
    columns = [
        Column("name", _("客户"), pinned=True), Column("number", _("客户号")), *groups.columns(asked),
        Column("manager", _("客户经理")), Column("branch", _("支行")),
    ]  # fmt: skip
    frames.table(paged.rows, columns, key="tier-people-table", link=RowLink("portrait", "customer", "number"),
                 nothing=_("名单是空的：没有这样的客户，或他们现由他人管户。"))  # fmt: skip
