"""Measures of service quality, of branches: tickets called within the promise, points of checks, measures done (§8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, Select, String, and_, func, literal, or_, select

from lib.kpi.frame import Frame
from lib.kpi.measures import Measures, long_rows, sums_of, within
from lib.settings import today
from lib.store import models as m
from lib.store.functions import as_flag, minutes_between

_t, _a = m.QueueTicket, m.Action
TICKETS = ("tickets_taken", "tickets_called", "tickets_in_time", "tickets_left")
MEASURES_DUE = ("measures_due", "measures_kept")
#: points of checks by kind; self checks are the branch's own and no KPI
CHECKED = ("mystery", "internal")
POINTS = tuple(f"{kind}_{part}_points" for kind in CHECKED for part in ("given", "most"))
#: every measure of this module: none has a list of people behind it
OF_BRANCHES = (*TICKETS, *POINTS, *MEASURES_DUE)


def quality_measures(frame: Frame) -> list[Select]:
    """Rows of level `branch`, one select a source."""
    return [_rows(frame, *made) for made in (_tickets(frame), _checks(frame), _measures(frame))]


def _rows(frame: Frame, measures: Measures, branch: Any, query: Select) -> Select:
    wide = query.add_columns(
        branch.label("branch_id"), literal(0, BigInteger).label("staff_id"), literal("none", String).label("kind"),
        literal("none", String).label("tier"), *sums_of(measures),
    ).group_by(branch)  # fmt: skip
    return long_rows(frame, "branch", wide.cte("wide"), list(measures))


def _tickets(frame: Frame) -> tuple[Measures, Any, Select]:
    """Tickets taken in the quarter; who was never called has left (of the running day nobody has yet)."""
    promised = frame.rule("quality.wait_minutes")["waiting"]
    soon = and_(_t.called_at.is_not(None), minutes_between(_t.taken_at, _t.called_at) <= promised)
    of = (literal(1), as_flag(_t.called_at.is_not(None)), as_flag(soon), as_flag(_t.called_at.is_(None)))
    query = select().select_from(_t).where(within(frame, _t.taken_at))
    return dict(zip(TICKETS, of, strict=True)), _t.branch_id, query


def _checks(frame: Frame) -> tuple[Measures, Any, Select]:
    c, k = m.ServiceCheck, m.CheckMark
    of = (as_flag(c.kind == kind) * points for kind in CHECKED for points in (k.points, k.most))
    query = select().select_from(c).join(k, k.check_id == c.id).where(
        c.voided_on.is_(None), c.checked_on.between(frame.start, frame.end))  # fmt: skip
    return dict(zip(POINTS, of, strict=True)), c.branch_id, query


def _measures(frame: Frame) -> tuple[Measures, Any, Select]:
    """Measures against findings due in the quarter, as far as done or their day is over; given up ones are not due."""
    open_until = frame.cutoff if frame.cutoff < frame.quarter.end else min(today(), frame.end + timedelta(days=1))
    due = or_(_a.state == "done", and_(_a.state == "open", _a.due_on < literal(open_until, Date)))
    kept = and_(_a.state == "done", _a.ended_on <= _a.due_on)
    query = select().select_from(_a).where(
        _a.finding_id.is_not(None), _a.due_on.between(frame.start, frame.end))  # fmt: skip
    branch = func.coalesce(_a.branch_id, literal(0, BigInteger))
    return dict(zip(MEASURES_DUE, (as_flag(due), as_flag(kept)), strict=True)), branch, query
