"""Complaints of the quarter by what they were about, the week they came in, and how long they took."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, func, insert, literal, or_, select, union_all

from lib.kpi.frame import Frame
from lib.kpi.measures import of_quarter, stood_until, within
from lib.settings import day_end, day_start
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import as_flag, bank_days_between, bank_week, least

_COLUMNS = [
    "quarter", "version", "level", "dimension", "code", "week", "branch_id", "staff_id", "kind", "received", "closed",
    "late",
]  # fmt: skip
_BY_RECEIPT = ("channel", "business", "reason", "product")
_BY_CLOSING = ("cause", "days")
_MOST_DAYS = 99
_ZERO = literal(0, BigInteger)


def write_cases(session: BulkSession, frame: Frame) -> int:
    """Every dimension at every level, in one statement over the quarter's complaints."""
    one = _complaints(frame)
    levels = {"bank": (_ZERO, _ZERO), "branch": (one.c.branch_id, _ZERO), "handler": (one.c.branch_id, one.c.staff_id)}
    parts = [_sums(frame, one, level, branch, staff, dimension)
             for level, (branch, staff) in levels.items() for dimension in (*_BY_RECEIPT, *_BY_CLOSING)]  # fmt: skip
    return session.rows(insert(m.CaseQuarter).from_select(_COLUMNS, select(union_all(*parts).subquery())))


def _complaints(frame: Frame) -> Any:
    """One row a complaint received or closed in the quarter; its branch as the measures have it."""
    c, q = m.Case, m.CustomerQuarter
    received, closed = within(frame, c.received_at), and_(within(frame, c.closed_at), c.state != "withdrawn")
    columns: dict[str, Any] = {
        "branch_id": func.coalesce(q.branch_id, c.about_branch_id, c.branch_id, 0),
        "staff_id": c.handler_id,
        "kind": c.customer_kind,
        "week": bank_week(c.received_at),
        "channel": c.channel,
        "business": c.business,
        "reason": c.reason,
        "product": func.coalesce(m.Product.code, "none"),
        "cause": func.coalesce(c.root_cause, "none"),
        "days": _days(c.received_at, c.closed_at),
        "received": as_flag(received),
        "closed": as_flag(closed),
        "late": as_flag(and_(received, _late(frame))),
    }
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(c)
        .outerjoin(q, of_quarter(frame, c.customer_id))
        .outerjoin(m.Product, m.Product.id == c.product_id)
        .where(c.kind == "complaint", c.received_at < day_end(frame.end),
               or_(c.received_at >= day_start(frame.start), closed))
        .cte("one")
    )  # fmt: skip


def _late(frame: Frame) -> ColumnElement[bool]:
    """Answered after the legal term, or not answered and over it when the quarter is seen."""
    c = m.Case
    over = and_(c.answered_at.is_(None), c.legal_due_at < day_end(frame.cutoff), stood_until(c.legal_due_at))
    return or_(c.answered_at > c.legal_due_at, over)


def _days(received_at: Any, closed_at: Any) -> ColumnElement[str]:
    """Whole days in two digits, so that their order is that of the figures."""
    days = least(bank_days_between(received_at, closed_at), literal(_MOST_DAYS))
    return func.substr(cast(days + 100, String), 2)


def _sums(frame: Frame, one: Any, level: str, branch: Any, staff: Any, dimension: str) -> Any:
    by_closing = dimension in _BY_CLOSING
    counts = (_ZERO if by_closing else _total(one.c.received), _total(one.c.closed),
              _ZERO if by_closing else _total(one.c.late))  # fmt: skip
    code = one.c[dimension]
    groups = [code, one.c.week, one.c.kind, *(column for column in (branch, staff) if column is not _ZERO)]
    query = select(
        literal(frame.key, String), literal(frame.version), literal(level, String), literal(dimension, String), code,
        one.c.week, branch.label("branch"), staff.label("staff"), one.c.kind,
        *(count.label(name) for name, count in zip(("received", "closed", "late"), counts, strict=True)),
    ).group_by(*groups)  # fmt: skip
    if level == "handler":
        query = query.where(one.c.staff_id.is_not(None))
    return query.where(one.c.closed == 1) if by_closing else query


def _total(column: Any) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)
