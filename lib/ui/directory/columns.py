"""The columns of the directory: which there are, which are shown, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lib.customers import directory
from lib.customers.due import refresh_due
from lib.settings import bank_day
from lib.store.session import StoreSession
from lib.ui.directory.filters import tag_titles
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _

_WIDGET, _MARK = "directory-columns", "directory.columns"
USUAL = ("kind", "tier", "aum_fen", "manager", "last_contact", "next_maturity", "tags")
_FACTS = ("aum_fen", "deposits_fen", "investments_fen", "loans_fen", "contribution_fen", "quiet_quarters",
          "last_contact", "next_maturity", "tags")  # fmt: skip


def offered(page: Page, currency: str) -> dict[str, Column]:
    """The columns there are for this reader, in their order."""
    money = {"deposits_fen": _("存款"), "investments_fen": _("投资"), "loans_fen": _("贷款"),
             "contribution_fen": _("利润贡献")}  # fmt: skip
    all_ = [
        Column("kind", _("种类"), "code", family="customer_kind", width=70),
        Column("stage", _("阶段"), "code", family="stage", width=80),
        Column("tier", _("层级"), "code", family="tier", width=80),
        Column("aum_fen", _("月日均 AUM"), "money", currency=currency),
        *(Column(one, title, "money", currency=currency) for one, title in money.items()),
        Column("quiet_quarters", _("无主动交易（季）"), "integer"),
        Column("manager", _("客户经理"), width=90),
        Column("branch", _("支行"), width=100),
        Column("last_contact", _("最近联系上"), "day"),
        Column("next_maturity", _("最近到期"), "day"),
        Column("tags", _("标签")),
        Column("phone_masked", _("电话"), width=120),
        Column("preferred_channel", _("偏好渠道"), "code", family="channel"),
        Column("risk_rating", _("风险评级"), "code", family="risk_rating"),
        Column("risk_capacity", _("风险承受能力"), "code", family="risk_capacity"),
        Column("risk_capacity_until", _("承受能力有效至"), "day"),
        Column("refresh_due", _("信息应核实"), "day"),
        Column("opened_on", _("开户日"), "day"),
        Column("industry", _("行业"), "code", family="industry"),
        Column("size_class", _("企业规模"), "code", family="size_class"),
        Column("special_care", _("特殊关怀"), "code", family="special_care"),
    ]
    return {one.name: one for one in all_ if not (page.scope.narrow and one.name in _FACTS)}


def choose(page: Page, known: dict[str, Column]) -> list[Column]:
    """The columns chosen, kept in the address; name and number always stand first."""
    usual = [one for one in USUAL if one in known and not (one == "manager" and page.scope.customers == "own")]
    said = [one for one in st.query_params.get("cols", "").split(",") if one in known] or usual
    if st.session_state.get(_MARK) != said or _WIDGET not in st.session_state:
        st.session_state[_WIDGET] = said  # the address changed under the widget: a link, a saved view, or Back
    with st.popover(escaped(_("列")), icon=":material/view_column:"):
        picked = st.multiselect(escaped(_("显示的列")), list(known), key=_WIDGET,
                                format_func=lambda one: known[one].title, placeholder=_("请选择"))  # fmt: skip
    st.session_state[_MARK] = picked or usual
    if picked and picked != usual:
        st.query_params["cols"] = ",".join(picked)
    else:
        st.query_params.pop("cols", None)
    first = [Column("name", _("客户"), pinned=True, width=170), Column("number", _("客户号"), width=110)]
    return [*first, *(known[one] for one in (picked or usual))]


def lines(page: Page, session: StoreSession, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of one page with what stands beside them, read for all of them at once."""
    ids = [row.customer_id for row in rows]
    tags: dict[int, list[str]] = {}
    contacts, maturities = {}, {}
    if ids and not page.scope.narrow:
        for customer_id, tag in session.execute(directory.tags_of(ids)):
            tags.setdefault(customer_id, []).append(tag)
        contacts = dict(session.execute(directory.last_contacts(ids)).all())
        maturities = dict(session.execute(directory.next_maturities(ids, page.today)).all())
    titles = tag_titles(page, {one: "" for said in tags.values() for one in said})
    return [
        {
            **row._asdict(),
            "tags": _("、").join(titles[one] for one in tags.get(row.customer_id, [])),
            "last_contact": contacts.get(row.customer_id) and bank_day(contacts[row.customer_id]),
            "next_maturity": maturities.get(row.customer_id),
            "refresh_due": refresh_due(row.kind, row.verified_on or row.known_since, page.book, page.today),
        }
        for row in rows
    ]
