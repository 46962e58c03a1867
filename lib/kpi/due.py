"""Measures over due items: what was due in a quarter by its original date, and what of it was done by then (§8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, literal, or_, select

from lib.kpi.frame import Frame
from lib.kpi.measures import Measures, long_rows, of_quarter, sums_of
from lib.settings import today
from lib.store import models as m
from lib.store.functions import as_flag, bank_date

_q, _item = m.CustomerQuarter, m.DueItem
VISITS = ("visit", "meeting")
CARE = ("birthday", "festival", "milestone", "life_event", "maturity", "check")
_GROUPS = {"visits": VISITS, "care": CARE}
#: every measure over due items, with the kinds it counts
KINDS_OF: dict[str, tuple[str, ...]] = {
    **{f"{part}_{kind}": (kind,) for kind in (*VISITS, *CARE) for part in ("due", "kept")},
    **{f"{group}_{part}": kinds for group, kinds in _GROUPS.items() for part in ("due", "kept")},
}


def due_measures(frame: Frame) -> Select[Any]:
    """Rows of level `manager` over what was due in the quarter; the owner is the customer's at its end."""
    measures = of_due(frame)
    query = (
        select(_q.branch_id, _q.manager_id.label("staff_id"), _q.kind, _q.tier, *sums_of(measures))
        .join(_q, of_quarter(frame, _item.customer_id))
        .where(falls_in(frame))
        .group_by(_q.branch_id, _q.manager_id, _q.kind, _q.tier)
    )
    return long_rows(frame, "manager", query.cte("wide"), list(measures))


def of_due(frame: Frame) -> Measures:
    """Over due_item: `due_*` what counts, `kept_*` what of it was done by its original date (制度 §七)."""
    found: Measures = {}
    for measure, kinds in KINDS_OF.items():
        said = kept() if "kept" in measure.split("_") else counts(frame)
        found[measure] = as_flag(and_(_item.kind.in_(kinds), said))
    return found


def falls_in(frame: Frame) -> ColumnElement[bool]:
    """Items of these kinds whose original date lies in the quarter, as far as its days have come."""
    return and_(_item.kind.in_((*VISITS, *CARE)), _item.original_due_on.between(frame.start, frame.end))


def counts(frame: Frame) -> ColumnElement[bool]:
    """Whether an item that falls in the quarter is due: done, or its day is over; never one the bank had to withdraw.

    Withdrawn by refresh, not by a person's reason of that word: the customer left, or asked to be left alone.
    """
    withdrawn = and_(_item.state == "dropped", _item.outcome == "withdrawn", _item.ended_by.is_(None))
    return and_(
        or_(_item.state == "done", _item.original_due_on < literal(open_until(frame), Date)),
        # NULL is neither true nor false: an item without an outcome is not withdrawn
        or_(_item.state != "dropped", _item.outcome.is_(None), ~withdrawn),
    )


def kept() -> ColumnElement[bool]:
    """Done by its original date, whatever day it was moved to."""
    return and_(_item.state == "done", bank_date(_item.ended_at) <= _item.original_due_on)


def open_until(frame: Frame) -> date:
    """The first day whose items may still be done: the cutoff; of a quarter that is over none of its own."""
    if frame.cutoff < frame.quarter.end:
        return frame.cutoff
    return min(today(), frame.quarter.end + timedelta(days=1))
