"""Times of a quarter by the minute: waiting and serving at the counter, handling of complaints and enquiries (§8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, func, insert, literal, select, union_all

from lib.kpi.frame import Frame
from lib.kpi.measures import of_quarter, within
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import minutes_between

_COLUMNS = ["quarter", "version", "level", "branch_id", "time", "business", "minutes", "counted"]
_w = m.WaitQuarter


def write_waits(session: BulkSession, frame: Frame) -> int:
    """Counts by minute for every branch, in one statement, then their sums for the bank."""
    t, c = m.QueueTicket, m.Case
    ended = and_(within(frame, c.closed_at), c.state != "withdrawn")
    parts = [
        _tickets(frame, "waiting", t.taken_at, t.called_at), _tickets(frame, "serving", t.called_at, t.finished_at),
        _cases(frame, "complaint", ended), _cases(frame, "enquiry", ended),
    ]  # fmt: skip
    one = union_all(*parts).subquery("one")
    groups = (one.c.branch_id, one.c.time, one.c.business, one.c.minutes)
    branches = select(*_named(frame, "branch"), *groups, func.count()).group_by(*groups)
    rows = session.rows(insert(_w).from_select(_COLUMNS, branches))
    keys = (_w.time, _w.business, _w.minutes)
    bank = (
        select(*_named(frame, "bank"), literal(0, BigInteger), *keys, cast(func.sum(_w.counted), BigInteger))
        .where(_w.quarter == frame.key, _w.version == frame.version, _w.level == "branch")
        .group_by(*keys)
    )
    return rows + session.rows(insert(_w).from_select(_COLUMNS, bank))


def _named(frame: Frame, level: str) -> tuple[ColumnElement[Any], ...]:
    return literal(frame.key, String), literal(frame.version), literal(level, String)


def _tickets(frame: Frame, time: str, first: Any, last: Any) -> Any:
    """Tickets taken in the quarter, as far as both moments are known."""
    t = m.QueueTicket
    return select(
        t.branch_id.label("branch_id"), literal(time, String).label("time"), cast(t.business, String).label("business"),
        minutes_between(first, last).label("minutes"),
    ).where(within(frame, t.taken_at), first.is_not(None), last.is_not(None))  # fmt: skip


def _cases(frame: Frame, kind: str, ended: ColumnElement[bool]) -> Any:
    """Cases of a kind that ended in the quarter; their branch as the measures have it."""
    c, q = m.Case, m.CustomerQuarter
    return (
        select(
            func.coalesce(q.branch_id, c.about_branch_id, c.branch_id, 0).label("branch_id"),
            literal(kind, String).label("time"), cast(c.business, String).label("business"),
            minutes_between(c.received_at, c.closed_at).label("minutes"),
        )
        .select_from(c)
        .outerjoin(q, of_quarter(frame, c.customer_id))
        .where(c.kind == kind, ended, c.closed_at >= c.received_at)
    )  # fmt: skip
