"""What the customer's tier is promised, and whether it was kept this quarter (方案 §3.1, 管理 §4.1)."""

from __future__ import annotations

import streamlit as st

from lib.kpi.standards import Standard, of_customer, standards
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.care.standard_facts import promised, soon, title
from lib.ui.frames import Column
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait.subject import Subject
from lib.words import _, integer, name

_ONCE = ("managed",)


def draw(page: Page, session: StoreSession, subject: Subject) -> None:
    """The standards of the tier with how soon, and how they stand this quarter; folded until asked for."""
    tier, quarter = subject.customer.tier, Quarter.of(page.today)
    if tier is None or subject.customer.stage != "customer":
        return
    mine = [one for one in standards(page.book, quarter) if tier in one.tiers and _concerns(one, subject)]
    if not mine:
        return
    box = st.expander(escaped(_("服务标准与本季兑现")), icon=":material/task_alt:", key="portrait-standards",
                      on_change="rerun")  # fmt: skip
    if not box.open:
        return
    managed = subject.customer.manager_id is not None
    found = of_customer(session, page.book, subject.ids, managed, page.today)
    rows = [
        {"standard": title(one), "standing": _standing(one, *found[one.measured]), "promised": promised(one),
         "soon": soon(one, tier, page.book, quarter), "who": one.who}
        for one in mine
    ]  # fmt: skip
    columns = [
        Column("standard", _("标准"), pinned=True), Column("standing", _("本季兑现"), "badge"),
        Column("soon", _("多久")), Column("promised", _("承诺")), Column("who", _("由谁"), "code", family="role"),
    ]  # fmt: skip
    with box:
        st.caption(escaped(_("{tier}客户；按原定日期算。").format(tier=name("tier", tier))))
        frames.table(rows, columns, key="portrait-standards-list")


def _concerns(one: Standard, subject: Subject) -> bool:
    """Special care is promised to those who are marked for it."""
    return one.measured != "check" or subject.customer.special_care is not None


def _standing(one: Standard, due: int, kept: int) -> tuple[str, str | None]:
    """Kept, broken or not yet due; red only for what is broken."""
    if not due:
        return _("本季尚无到期"), "context"
    if one.measured in _ONCE:
        return (_("已有"), "good") if kept else (_("还没有"), "risk")
    said = _("{kept} / {due} 按时").format(kept=integer(kept), due=integer(due))
    return said, "good" if kept == due else "risk"
