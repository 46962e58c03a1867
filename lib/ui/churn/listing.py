"""The warning list: the customers by value at risk, each with the first reason; a row leads to the rest."""

from __future__ import annotations

from typing import Any

from lib.churn import read
from lib.churn.read import Warned
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.churn.look import Look
from lib.ui.frames import Column, RowLink
from lib.words import _, name


def draw(look: Look, session: StoreSession, wanted: Warned) -> None:
    """One page of the list."""
    query = read.warned(look.run, look.card, wanted)
    found = frames.page_of(session, query, key="churn-page", filters=wanted)
    rows = [line(look, row) for row in found.rows]
    if not rows:
        frames.empty(nothing(look, wanted))
        return
    frames.table(rows, columns(look), key="churn-list", link=RowLink("churn", "customer", "number"))


def line(look: Look, row: Any) -> dict[str, Any]:
    """A customer as the list shows it."""
    why = look.explained(row)
    return {
        "number": row.number, "name": row.name, "why": why.speaks_for[0].sentence if why.speaks_for else "",
        "score": row.churn_score, "at_risk_fen": row.at_risk_fen, "aum_fen": row.aum_fen, "tier": row.tier,
        "case": (name("churn_state", row.case_state), "main") if row.case else None, "mark": mark(row),
        "manager": row.manager, "branch": row.branch, "kind": row.kind,
    }  # fmt: skip


def mark(row: Any) -> tuple[str, str] | None:
    """What the customer asked the bank not to do."""
    if row.do_not_contact:
        return name("record_field", "do_not_contact"), "watch"
    return (name("record_field", "no_automated_advice"), "watch") if row.no_automated_advice else None


def columns(look: Look) -> list[Column]:
    """The reason and what is at risk first, so that a phone shows them."""
    currency = look.house.currency
    found = [
        Column("name", _("客户"), pinned=True, width=100),
        Column("at_risk_fen", _("可能流失"), "money", currency=currency, width=120),
        Column("why", _("首要原因"), width=330),
        Column("score", _("评分"), "integer", width=60),
        Column("case", _("个案"), "badge", width=85),
        Column("mark", _("客户声明"), "badge", width=120),
        Column("aum_fen", "AUM", "money", currency=currency, width=130),
        Column("tier", _("层级"), "code", family="tier", width=70),
        Column("manager", _("客户经理"), width=80),
        Column("branch", _("支行"), width=100),
        Column("number", _("客户号"), width=100),
    ]
    scope = look.page.scope
    hidden = {"manager", "branch"} if scope.customers == "own" else {"branch"} if scope.customers == "branch" else set()
    hidden |= set() if look.sees_cases else {"case"}
    return [column for column in found if column.name not in hidden]


def nothing(look: Look, wanted: Warned) -> str:
    """Why the list is empty."""
    if wanted != Warned():
        return _("没有符合条件的预警客户，可放宽筛选条件。")
    return _("这一季在你的范围内没有评分达到 {n} 分的客户。").format(
        n=look.page.book.value("churn.score", look.run.end)["flag_from"]
    )
