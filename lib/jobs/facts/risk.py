"""The risk rating of a quarter: which held at its end, whether it moved, whether its response is current (办法 §六)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.functions import as_flag

#: from the least risk to the most, persons and firms
_RANKS = {"low": 1, "middle": 2, "high": 3, "A": 1, "B": 2, "C": 3, "D": 4}


def rating_then(frame: Frame) -> ColumnElement[str]:
    """The rating at the quarter's end: the one before where it was rated anew since."""
    c = m.Customer
    since = and_(c.risk_rated_on.is_not(None), c.risk_rated_on > frame.end)
    return func.coalesce(case((since, c.risk_rating_before), else_=c.risk_rating), literal("none"))


def risk_columns(frame: Frame, c: Any) -> Mapping[str, ColumnElement[Any]]:
    """`risk_moved`: +1 less risk than a quarter ago, -1 more, 0 the same, NULL not rated at both ends.

    `high_risk`: the rating asks for limits and a plan (rules rating.response, risk.high_responses); `responded`: what
    was recorded for it is for this rating, not older than it, and its day has not passed.
    """
    now, before = _rank(c.risk), _rank(c.risk_before)
    moved = case((before > now, 1), (before < now, -1), (before == now, 0))
    asked = frame.rule("risk.high_responses")
    codes = [code for code, response in frame.rule("rating.response").items() if response in asked]
    high = and_(c.closed == 0, c.risk.in_(codes))
    held = and_(
        high, c.response_to == c.risk, c.response_until >= frame.end,
        or_(c.rated_on.is_(None), c.rated_on > frame.end, c.response_on >= c.rated_on),
    )  # fmt: skip
    return {"risk_moved": moved, "high_risk": as_flag(high), "responded": as_flag(held)}


def _rank(rating: Any) -> ColumnElement[int]:
    return case(*((rating == code, literal(rank)) for code, rank in _RANKS.items()))
