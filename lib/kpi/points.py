"""Measures over the points ledger: issued, redeemed, expired, corrected, and what is still owed (手册 §6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from lib.kpi.frame import Frame
from lib.kpi.measures import Measures, long_rows, sums_of
from lib.store import models as m
from lib.store.points import AGAINST, CUSTOMER

_q, _e, _c = m.CustomerQuarter, m.PointEntry, m.Customer
_NAMES = {"issued": "points_issued", "redeemed": "points_redeemed", "expired": "points_expired",
          "corrected": "points_corrected"}  # fmt: skip
#: every measure over the ledger; corrected: given back (or, below zero, taken back)
POINTS = (*_NAMES.values(), "points_outstanding")


def point_measures(frame: Frame) -> Select[Any]:
    """Rows of level `manager` over all points booked by the quarter's end, whoever they belong to now.

    A customer without facts in the quarter counts with the branch and manager of now, so that the bank's total is
    what the ledger says. What people used is told above zero.
    """
    measures = of_points(frame)
    # A merged record counts for the one it was merged into.
    own = aliased(m.Customer)
    into = func.coalesce(own.merged_into_id, own.customer_id)
    by: Measures = {
        "branch_id": func.coalesce(_q.branch_id, _c.branch_id, 0),
        "staff_id": func.coalesce(_q.manager_id, _c.manager_id, 0),
        "kind": _c.kind,
        "tier": func.coalesce(_q.tier, "none"),
    }
    query = (
        select(*(column.label(name) for name, column in by.items()), *sums_of(measures))
        .select_from(_e)
        .join(own, own.customer_id == _e.customer_id)
        .join(_c, _c.customer_id == into)
        .outerjoin(_q, and_(_q.customer_id == _c.customer_id, _q.quarter == frame.key, _q.version == frame.version))
        .where(_e.account == CUSTOMER, _e.booked_on <= literal(frame.end))
        .group_by(*by.values())
    )
    return long_rows(frame, "manager", query.cte("wide"), list(measures))


def ledger_of(level: str, runs: Sequence[tuple[str, int]], branch_id: int | None = None) -> Select:
    """The stored sums of published quarters (quarter, version) at a level: quarter, measure, value."""
    fact = m.MeasureQuarter
    here = [] if branch_id is None else [fact.branch_id == branch_id]
    published = or_(*(and_(fact.quarter == quarter, fact.version == version) for quarter, version in runs))
    return (
        select(fact.quarter, fact.measure, cast(func.sum(fact.value), BigInteger).label("value"))
        .where(fact.level == level, fact.measure.in_(POINTS), published, *here)
        .group_by(fact.quarter, fact.measure)
    )


def of_points(frame: Frame) -> Measures:
    """Over the customer's side of the ledger."""
    here, nothing = _e.booked_on >= literal(frame.start), literal(0, BigInteger)
    found: Measures = {}
    for kind, account in AGAINST.items():
        sign = -1 if kind in ("redeem", "expire") else 1
        found[_NAMES[account]] = case((and_(here, _e.kind == kind), sign * _e.points), else_=nothing)
    return {**found, "points_outstanding": _e.points}
