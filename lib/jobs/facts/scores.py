"""What the scores make of a customer's quarter: potential, rank within the tier, promise kept, churn."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, and_, case, cast, literal, select

from lib.churn import rules as churn
from lib.kpi.frame import Frame
from lib.store.functions import as_flag
from lib.tiers import score


def scored(frame: Frame, judged: CTE) -> Any:
    """The judged rows with their scores; of who has left, no score."""
    c = dict(judged.c.items())
    here = c["closed"] == 0
    points = _tier_score(frame, c)
    danger = churn_score(frame, c)
    flagged = and_(here, c["gone"] == 0, danger >= churn.flag_from(frame.book, frame.end))
    columns: dict[str, ColumnElement[Any]] = {
        **c,
        "potential": _potential(frame, c),
        "score": case((here, points)),
        "proposed": as_flag(and_(here, score.proposed(c, frame.schemes, points, frame.rule(score.RULE)))),
        "covered": as_flag(and_(here, c["contact_days"] <= _promise(frame, c["tier"]))),
        "churn_score": case((here, danger)),
        "churn_flag": as_flag(flagged),
        "at_risk_fen": case((here, cast(c["aum_fen"] * danger, BigInteger) // literal(100, BigInteger)), else_=0),
    }
    return select(*(column.label(name) for name, column in columns.items()))


def churn_score(frame: Frame, c: Any) -> ColumnElement[int]:
    """The churn score (0–100) over columns named as in customer_quarter."""
    passed = churn.Passed.by(frame.end, frame.quarter)
    return churn.card(frame.book, frame.base_currency, frame.end).total_sql(churn.facts(c, passed))


def _tier_score(frame: Frame, c: Any) -> ColumnElement[int]:
    spread = frame.rule("value.contribution_bp")
    facts = score.facts({**c, "potential": _potential(frame, c)}, frame.schemes, spread)
    return score.card(frame.book, frame.base_currency, frame.end).total_sql(facts)


def _potential(frame: Frame, c: Any) -> ColumnElement[int]:
    return score.potential(c, frame.schemes, frame.rule("value.potential"))


def _promise(frame: Frame, tier: Any) -> ColumnElement[int]:
    """The days within which a tier's customers are to be visited (rule visit.interval_days)."""
    days = frame.rule("visit.interval_days")
    return case(*((tier == code, literal(n)) for code, n in days.items()), else_=literal(0))
