"""A transfer on the approvals page: from whom to whom, which customers, what goes along."""

from __future__ import annotations

from typing import Any

import streamlit as st
from sqlalchemy import func, select

from lib.customers import transfer
from lib.store.models import Branch, ChangeRequest, Customer
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.page import Page
from lib.ui.pairs import pairs
from lib.ui.plain import escaped
from lib.words import NOTHING, _, integer, name


def moving(request: ChangeRequest, page: Page) -> None:
    """Who hands over to whom and why, the load of the receiver, and the customers with their tier."""
    before: Any = request.before
    after: Any = request.after
    ids = [int(one) for one in after["customers"]]
    with page.session() as session:
        branches = dict(session.execute(select(Branch.id, Branch.name)).all())
        along = session.execute(transfer.followers(ids)).one()
        load = session.scalar(select(func.count()).select_from(Customer).where(
            Customer.manager_id == after["manager_id"], Customer.merged_into_id.is_(None))) or 0  # fmt: skip
        rows = _customers(session, ids, before)
    givers = _("、").join(before["managers"].values()) or _("未分配客户经理")
    same = before["branch_id"] == after["branch_id"]
    pairs([
        (_("移出"), _place(givers, branches.get(before["branch_id"]))),
        (_("移入"), _place(after["manager"], branches.get(after["branch_id"]))),
        (_("原因"), name(transfer.REASONS, after["reason"])),
        (_("客户"), _("{n} 位").format(n=integer(transfer.count_of(request)))),
        (_("随同移交"), _("在办事项 {cases} 件，待办 {items} 件").format(cases=along.cases, items=along.items)),
        *([(_("接收人现有客户"), _("{n} 位（你的范围内）").format(n=integer(load)))] if same else []),
    ], key="request-matter")  # fmt: skip
    if after["note"]:
        st.caption(escaped(_("交接说明")))
        st.text(after["note"])
    frames.table(rows, _columns(), key="request-customers", link=frames.RowLink("portrait", "customer", "number"),
                 nothing=_("这些客户不在你的范围内，只能看到数量。"))  # fmt: skip


def _place(person: str, branch: str | None) -> str:
    return _("{name}（{branch}）").format(name=person, branch=branch) if branch else person


def _customers(session: StoreSession, ids: list[int], before: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = select(Customer).where(Customer.customer_id.in_(ids)).order_by(Customer.customer_id)
    return [
        {"number": one.number, "name": one.name, "kind": name("customer_kind", one.kind),
         "tier": name("tier", one.tier), "since": one.opened_on,
         "manager": before["managers"].get(str(before["owners"].get(str(one.customer_id))), NOTHING)}
        for one in session.scalars(wanted)
    ]  # fmt: skip


def _columns() -> list[frames.Column]:
    return [
        frames.Column("number", _("客户号")), frames.Column("name", _("客户")), frames.Column("kind", _("种类")),
        frames.Column("tier", _("层级")), frames.Column("since", _("往来自"), "day"),
        frames.Column("manager", _("现任客户经理")),
    ]  # fmt: skip
