"""The customers behind a card or cell of the matrix, paged, each leading to the portrait."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.products import matrix
from lib.products.matrix import CAPACITIES, LEVELS, STATES, Behind
from lib.store.session import StoreSession
from lib.store.suitability import age_on
from lib.ui import frames, picks
from lib.ui.frames import Column, RowLink
from lib.ui.plain import escaped
from lib.ui.products import look as looks
from lib.ui.products.look import Look
from lib.words import _, name


def asked(said: str) -> Behind | None:
    """What the address asks for (`?show=state:review`, `cell:review:C2:R4`, `senior`); None for anything else."""
    kind, *parts = said.split(":")
    if said == "senior":
        return Behind(senior=True)
    if kind == "state" and len(parts) == 1 and parts[0] in STATES:
        return Behind(parts[0])
    if kind == "cell" and len(parts) == 3:
        state, capacity, level = parts
        if state in STATES and capacity in CAPACITIES and level in LEVELS:
            return Behind(state, capacity, level)
    return None


def draw(look: Look, session: StoreSession, behind: Behind) -> None:
    """The list; who is looked after elsewhere now is not on it."""
    picks.back(_("返回适配矩阵"), "show", key="products-back")
    st.subheader(escaped(title(look, behind)), anchor=False)
    age = look.page.book.value("suitability.senior_from", look.end)
    rates = looks.rates(look.page.scope, look.end, look.house.currency)
    query = matrix.people(look.kind, look.end, behind, age, rates)
    if look.scene.branch_id is not None and look.page.scope.customers == "bank":
        query = query.where(query.selected_columns.branch_id == look.scene.branch_id)
    if look.scene.staff_id is not None and look.page.scope.customers != "own":
        query = query.where(query.selected_columns.manager_id == look.scene.staff_id)
    paged = frames.page_of(session, query, key="products-people", filters=(behind, look.kind, look.scene))
    frames.table([_row(look, row) for row in paged.rows], _columns(look), key="products-people-table",
                 link=RowLink("portrait", "customer", "number"),
                 nothing=_("名单是空的：没有这样的客户，或他们现由他人管户。"))  # fmt: skip


def title(look: Look, behind: Behind) -> str:
    """What is listed, in words."""
    if behind.senior:
        age = look.page.book.value("suitability.senior_from", look.end)
        return _("{age} 岁以上持有 R{level} 及以上").format(age=age, level=matrix.SENIOR_FROM)
    state = name("suitability_state", behind.state)
    if not behind.level:
        return state
    capacity = "" if behind.capacity == "none" else f"{name('risk_capacity', behind.capacity)} · "
    return f"{state} · {capacity}{name('product_risk', behind.level)}"


def _row(look: Look, row: Any) -> dict[str, Any]:
    return {
        "number": row.number, "name": row.name, "tier": row.tier, "manager": row.manager, "branch": row.branch,
        "capacity": None if row.capacity == "none" else row.capacity, "until": row.until, "level": f"R{row.top}",
        "products": row.products, "amount_fen": row.amount_fen,
        "age": age_on(row.birth_date, look.end) if row.birth_date else None,
    }  # fmt: skip


def _columns(look: Look) -> list[Column]:
    found = [
        Column("name", _("客户"), pinned=True, width=110), Column("level", _("最高风险"), width=80),
        Column("capacity", _("承受能力"), "code", family="risk_capacity", width=100),
        Column("until", _("测评有效至"), "day", width=105),
        Column("amount_fen", _("相关金额"), "money", currency=look.house.currency, width=120),
        Column("products", _("笔数"), "integer", width=60), Column("age", _("年龄"), "integer", width=60),
        Column("tier", _("层级"), "code", family="tier", width=80), Column("manager", _("客户经理"), width=80),
        Column("branch", _("支行"), width=100), Column("number", _("客户号"), width=100),
    ]  # fmt: skip
    own = look.page.scope.customers
    hidden = {"manager", "branch"} if own == "own" else {"branch"} if own == "branch" else set()
    return [column for column in found if column.name not in hidden]
