"""The score that ranks customers within a tier and proposes potential ones (方案 §2.2, 管理 §3.2), as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, literal, or_

from lib.rulebook import Rulebook
from lib.store.functions import as_flag
from lib.tiers.rules import Scheme
from lib.work import scorecard
from lib.work.scorecard import Scorecard

RULE = "tier.score"
#: the facts a score may look at
FACTS = scorecard.FACTS[RULE]
_QUARTERS, _BP = 4, 10_000
Columns = Mapping[str, ColumnElement[Any]]


def card(book: Rulebook, currency: str, on: date) -> Scorecard:
    """The factors in force on a day (rule tier.score)."""
    return scorecard.scorecard(book.entry(RULE, on), currency)


def facts(c: Columns, schemes: Mapping[str, Scheme], spread: Mapping[str, int]) -> dict[str, ColumnElement[Any]]:
    """Every fact of FACTS from columns named as in customer_quarter.

    `contribution_percent`: contribution against what deposits just at the line of the own tier would contribute
    (`spread`: rule value.contribution_bp); a tier without a line is measured by the lowest line there is.
    """
    lines = [
        (and_(c["kind"] == kind, c["tier"] == tier.code), literal(_least(tier.line, scheme), BigInteger))
        for kind, scheme in schemes.items()
        for tier in scheme.tiers
    ]
    reference = case(*lines, else_=literal(1, BigInteger))
    expected = reference * spread["deposit"] // (_QUARTERS * _BP)
    due = case((expected > 0, expected), else_=literal(1, BigInteger))
    return {
        "contribution_percent": cast(c["contribution_fen"], BigInteger) * 100 // due,
        "potential": c["potential"],
        "categories": c["categories"],
        "initiated_count": c["initiated_count"],
        "risk": case((c["risk"] != "none", c["risk"])),
        "years": c["years"],
    }


def potential(c: Columns, schemes: Mapping[str, Scheme], rule: Mapping[str, int]) -> ColumnElement[int]:
    """Points of rule value.potential that a quarter's facts can tell (管理 §6.1): years, categories, own transactions,
    nearness to the next line; one each."""
    met = (
        c["years"] >= rule["loyalty_years"],
        c["categories"] >= rule["loyalty_categories"],
        c["quiet_quarters"] <= rule["loyalty_quiet_quarters"],
        near(c, schemes, rule["room_next_tier_percent"]),
    )
    added: Any = sum((as_flag(one) for one in met[1:]), as_flag(met[0]))
    return added


def near(c: Columns, schemes: Mapping[str, Scheme], percent: int) -> ColumnElement[bool]:
    """Whether the amount is at least so many percent of the line above the own tier; nobody on top is."""
    parts = []
    for kind, scheme in schemes.items():
        amount = c[scheme.measure]
        for above, tier in zip(scheme.tiers, scheme.tiers[1:], strict=False):
            line = literal(above.line * percent // 100, BigInteger)
            parts.append(and_(c["kind"] == kind, c["tier"] == tier.code, amount >= line))
    return or_(*parts)


def proposed(c: Columns, schemes: Mapping[str, Scheme], score: ColumnElement[Any], rule: Any) -> ColumnElement[bool]:
    """Whether a customer is proposed as a potential one: a score high enough, near the line above, not on watch."""
    return and_(score >= rule["propose_from"], near(c, schemes, rule["near_percent"]), c["watch"] == 0)


def _least(line: int, scheme: Scheme) -> int:
    lines = [tier.line for tier in scheme.tiers if tier.line > 0]
    return line or min(lines, default=1)
