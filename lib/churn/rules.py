"""The churn score: facts of a customer's quarter against their own past, as SQL; the score is a scorecard of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, literal

from lib.rulebook import Rulebook
from lib.store.quarter import Quarter
from lib.work import scorecard
from lib.work.scorecard import Scorecard

RULE = "churn.score"
#: the facts a churn rule may look at: percentages of the customer's own past, counts, days, years
FACTS = scorecard.FACTS[RULE]
#: fewer initiated transactions than this a quarter say nothing about a fall
LEAST_ACTIVITY = 1
Columns = Mapping[str, ColumnElement[Any]]


def card(book: Rulebook, currency: str, on: date) -> Scorecard:
    """The factors in force on a day (rule churn.score)."""
    return scorecard.scorecard(book.entry(RULE, on), currency)


def flag_from(book: Rulebook, on: date) -> int:
    """The score from which a customer is on the warning list."""
    return int(book.value(RULE, on)["flag_from"])


@dataclass(frozen=True)
class Passed:
    """How much of a quarter lies behind: so many of its days. All of them once it has ended."""

    days: int = 1
    of: int = 1

    @classmethod
    def by(cls, end: date, quarter: Quarter) -> Passed:
        """What had passed of a quarter on the last day that counted in it."""
        return cls((end - quarter.start).days + 1, (quarter.end - quarter.start).days + 1)


def facts(c: Columns, passed: Passed) -> dict[str, ColumnElement[Any]]:
    """Every fact of FACTS from columns named as in customer_quarter; NULL where there is no past to compare with.

    `activity_percent`: initiated transactions against the average of up to four quarters before, for as many days
    as have passed of the quarter; `aum_percent`: AUM against the highest of those; `ending_percent`: holdings ending
    soon against AUM.
    """
    hundred = literal(100, BigInteger)
    active = c["past_initiated"] >= LEAST_ACTIVITY * c["past_quarters"]
    before = and_(c["past_quarters"] > 0, active)
    usual = _not_zero(c["past_initiated"]) * literal(passed.days, BigInteger)
    activity = cast(c["initiated_count"], BigInteger) * (100 * passed.of) * c["past_quarters"] // usual
    ending = c["ending_fen"] * hundred // _not_zero(c["aum_fen"])
    return {
        "activity_percent": case((before, activity)),
        "aum_percent": case((c["peak_aum_fen"] > 0, c["aum_fen"] * hundred // _not_zero(c["peak_aum_fen"]))),
        "quiet_quarters": c["quiet_quarters"],
        "ending_percent": case((c["aum_fen"] > 0, case((ending > hundred, hundred), else_=ending)), else_=0),
        "complaints_open": c["complaints_open"],
        "complaints_bad": c["complaints_bad"],
        "contact_days": c["contact_days"],
        "years": c["years"],
    }


def _not_zero(column: Any) -> ColumnElement[int]:
    """What may be divided by: engines may work out a division whose condition does not hold."""
    return case((column > 0, cast(column, BigInteger)), else_=literal(1, BigInteger))
