"""Why a customer was lost, as far as the bank knows (制度 §七): a recorded reason, or only how it showed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from lib.churn.leaving import UNKNOWN
from lib.kpi.frame import Frame


def lost_reason(frame: Frame, c: Any) -> ColumnElement[str]:
    """The recorded reason; else `closed` or `dormant`.

    Of who went quiet, one recorded longer before the quarter than rule leaving.counts_days belongs to an earlier time.
    """
    closed, dormant = UNKNOWN
    since = frame.start - timedelta(days=frame.rule("leaving.counts_days"))
    recent = and_(c.leaving_said_on.is_not(None), c.leaving_said_on >= since)
    known = and_(c.leaving_reason.is_not(None), or_(c.closed == 1, recent))
    shown = case((c.closed == 1, literal(closed)), else_=literal(dormant))
    return case((known, func.coalesce(c.leaving_reason, shown)), else_=shown)
