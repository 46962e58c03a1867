"""What the rules of a quarter make of its facts: tier, rank within it, promise kept, churn. One logic for refresh and
what-if."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, and_, case, cast, literal, select

from lib.churn import rules as churn
from lib.kpi.frame import Frame
from lib.store.functions import as_flag
from lib.tiers import score
from lib.tiers.rules import reached, settle_sql


def settled_tier(frame: Frame, c: Any, aum: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    """Tier, quarters on watch and change, by the scheme of each kind (方案 §2.2) and the decisions in force."""
    by_kind: dict[str, list[tuple[Any, Any]]] = {"reached": [], "tier": [], "watched": [], "change": [], "moved": []}
    amounts = {"aum_fen": aum, "deposits_fen": c.deposits_fen}
    for kind, scheme in frame.schemes.items():
        hit = reached(amounts[scheme.measure], scheme)
        settled = settle_sql(hit, c.tier_before, c.watch_before, scheme, frame.rule("tier.watch_quarters"), c.decided)
        said = {
            "reached": hit, "tier": settled.tier, "watched": settled.watched, "change": settled.change,
            "moved": settled.moved,
        }  # fmt: skip
        for name, expression in said.items():
            by_kind[name].append((c.kind == kind, expression))
    return {name: case(*whens) for name, whens in by_kind.items()}


def scored(frame: Frame, judged: CTE) -> Any:
    """The judged rows with their scores; of who has left, no score."""
    c = dict(judged.c.items())
    here = c["closed"] == 0
    points, danger = tier_score(frame, c), churn_score(frame, c)
    columns: dict[str, ColumnElement[Any]] = {
        **c,
        "potential": _potential(frame, c),
        "score": case((here, points)),
        "proposed": as_flag(proposed(frame, c)),
        "covered": as_flag(and_(here, c["contact_days"] <= _promise(frame, c["tier"]))),
        "churn_score": case((here, danger)),
        "churn_flag": as_flag(flagged(frame, c)),
        "at_risk_fen": case((here, cast(c["aum_fen"] * danger, BigInteger) // literal(100, BigInteger)), else_=0),
    }
    return select(*(column.label(name) for name, column in columns.items()))


def churn_score(frame: Frame, c: Any) -> ColumnElement[int]:
    """The churn score (0–100) over columns named as in customer_quarter."""
    passed = churn.Passed.by(frame.end, frame.quarter)
    return churn.card(frame.book, frame.base_currency, frame.end).total_sql(churn.facts(c, passed))


def flagged(frame: Frame, c: Any) -> ColumnElement[bool]:
    """Whether a customer is on the warning list: still there, and the score reaches the line."""
    line = churn.flag_from(frame.book, frame.end)
    return and_(c["closed"] == 0, c["gone"] == 0, churn_score(frame, c) >= line)


def tier_score(frame: Frame, c: Any) -> ColumnElement[int]:
    """The score (0–100) that ranks within a tier, over columns named as in customer_quarter."""
    spread = frame.rule("value.contribution_bp")
    facts = score.facts({**c, "potential": _potential(frame, c)}, frame.schemes, spread)
    return score.card(frame.book, frame.base_currency, frame.end).total_sql(facts)


def proposed(frame: Frame, c: Any) -> ColumnElement[bool]:
    """Whether a customer is proposed as a potential one."""
    rule = frame.rule(score.RULE)
    return and_(c["closed"] == 0, score.proposed(c, frame.schemes, tier_score(frame, c), rule))


def _potential(frame: Frame, c: Any) -> ColumnElement[int]:
    return score.potential(c, frame.schemes, frame.rule("value.potential"))


def _promise(frame: Frame, tier: Any) -> ColumnElement[int]:
    """The days within which a tier's customers are to be visited (rule visit.interval_days)."""
    days = frame.rule("visit.interval_days")
    return case(*((tier == code, literal(n)) for code, n in days.items()), else_=literal(0))
