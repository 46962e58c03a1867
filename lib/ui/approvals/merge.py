"""A merge, or its undoing, on the approvals page: the two records side by side."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.customers import merge
from lib.store.models import ChangeRequest
from lib.ui import frames, nav
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import NOTHING, _, name

_FAMILIES = {"kind": "customer_kind", "stage": "stage", "gender": "gender", "industry": "industry", "tier": "tier"}


def two_records(request: ChangeRequest, page: Page) -> None:
    """What would point where, and what the two records say of themselves."""
    winner: Any = request.before["winner"]
    loser: Any = request.before["loser"]
    said = {
        merge.MERGE: _("合并后，{loser} 的记录都归到 {winner} 名下显示；账户、联系与投诉不搬动，可以撤销。"),
        merge.UNMERGE: _("撤销后，{loser} 恢复为独立客户，由合并前的客户经理管户。"),
    }[request.kind]
    st.info(escaped(said.format(loser=loser["number"], winner=winner["number"])))
    side_by_side(winner, loser, key="request-change")
    if nav.right(page.scope.role, "portrait").extent not in ("", "requests"):
        frames.link(frames.Link("portrait", {"customer": winner["number"]}, _("查看保留的客户")))


def side_by_side(winner: dict[str, Any], loser: dict[str, Any], *, key: str) -> None:
    """Field by field what two records say; what differs is marked."""
    rows = [
        {"what": name("merge_field", field), "winner": _shown(field, winner.get(field)),
         "loser": _shown(field, loser.get(field)), "same": _mark(winner.get(field), loser.get(field))}
        for field in merge.COMPARED
        if winner.get(field) or loser.get(field)
    ]  # fmt: skip
    frames.table(rows, [
        frames.Column("what", _("字段")), frames.Column("winner", _("保留的记录")),
        frames.Column("loser", _("并入的记录")), frames.Column("same", _("比较"), "badge"),
    ], key=key)  # fmt: skip


def _shown(field: str, value: str | None) -> str:
    if not value:
        return NOTHING
    return name(_FAMILIES[field], value) if field in _FAMILIES else value


def _mark(one: str | None, other: str | None) -> tuple[str, str]:
    if not one or not other:
        return _("一方未登记"), "context"
    return (_("相同"), "good") if one == other else (_("不同"), "watch")
