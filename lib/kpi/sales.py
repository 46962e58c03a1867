"""Measures of what was sold, by product category: parts of `sales_fen` that add up to it (办法 §七.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, String, case, cast, func, literal, select, union_all

from lib.kpi.frame import Frame
from lib.kpi.measures import Measures, long_rows, of_quarter, sums_of
from lib.store import models as m

_q = m.CustomerQuarter
#: a measure that can be divided by product category → category → the measure of that part
PARTS: dict[str, dict[str, str]] = {
    "sales_fen": {code: f"sales_{code}_fen" for code in ("deposit", "wealth", "loan", "other")},
}
_HELD = ("deposit", "wealth")


def sales_measures(frame: Frame) -> Select[Any]:
    """Rows of level `manager` over holdings begun and loans granted in the quarter; the owner is the one at its end."""
    sold = _sold(frame).cte("sold")
    measures: Measures = {
        measure: case((sold.c.category == code, sold.c.amount), else_=literal(0, BigInteger))
        for code, measure in PARTS["sales_fen"].items()
    }
    query = (
        select(_q.branch_id, _q.manager_id.label("staff_id"), _q.kind, _q.tier, *sums_of(measures))
        .join(_q, of_quarter(frame, sold.c.customer_id))
        .group_by(_q.branch_id, _q.manager_id, _q.kind, _q.tier)
    )
    return long_rows(frame, "manager", query.cte("wide"), list(measures))


def _sold(frame: Frame) -> Any:
    """Customer, category and amount of every sale, as the quarter facts count `sales_fen`."""
    holding, account = m.Holding, m.Account
    ended = func.coalesce(holding.ended_on, holding.matures_on, literal(frame.after))
    held = select(
        holding.customer_id,
        case((holding.category.in_(_HELD), holding.category), else_=literal("other", String)).label("category"),
        cast(frame.in_base(holding.amount_fen, holding.currency), BigInteger).label("amount"),
    ).where(holding.started_on.between(frame.start, frame.end), ended >= frame.start)
    granted = select(
        account.customer_id,
        literal("loan", String),
        cast(frame.in_base(func.coalesce(account.principal_fen, 0), account.currency), BigInteger),
    ).where(account.category == "loan", account.opened_on.between(frame.start, frame.end))
    return union_all(held, granted)
