"""Who is asked: why somebody is left out, and a draw that anyone can repeat from its seed and the customers' ids.

The draw is a keyed permutation of the numbers below 2³¹ − 1: two straight lines with a fifth power between them, which
is one-to-one because 5 does not divide 2³¹ − 2. Whole numbers alone, so that every engine draws the same people.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, case, cast, func, literal, null, or_, select

from lib.satisfaction.rules import Fatigue
from lib.store.models import Customer, SurveyAnswer
from lib.words import codes

PRIME = 2**31 - 1
#: why somebody is not asked, in the order in which it is told; `not_drawn` is told of a survey alone
REASONS = codes("not_asked")
_YEAR = 365


def keys(seed: str) -> tuple[int, int, int, int]:
    """The four numbers of a seed; the two that multiply are never zero."""
    digest = hashlib.sha256(seed.encode()).digest()
    parts = [int.from_bytes(digest[at : at + 8]) for at in (0, 8, 16, 24)]
    return parts[0] % (PRIME - 1) + 1, parts[1] % PRIME, parts[2] % (PRIME - 1) + 1, parts[3] % PRIME


def rank(seed: str, customer_id: int) -> int:
    """A customer's place in the draw of a seed: those with the smallest are drawn, ties by id."""
    a, b, c, d = keys(seed)
    x = (customer_id % PRIME * a + b) % PRIME
    return (pow(x, 5, PRIME) * c + d) % PRIME


def rank_sql(seed: str, customer_id: Any) -> ColumnElement[int]:
    """`rank` over a column of customer ids."""
    a, b, c, d = (literal(key, BigInteger) for key in keys(seed))
    p = literal(PRIME, BigInteger)
    x = (cast(customer_id, BigInteger) % p * a + b) % p
    square = x * x % p
    fifth = square * square % p * x % p
    return (fifth * c + d) % p


@dataclass(frozen=True)
class Asking:
    """What is asked: on which day, by which channel, by which rule; `survey_id`: its own invitations do not count."""

    day: date
    channel: str
    rule: Fatigue
    survey_id: int | None = None
    pulse: bool = False


def reason(asking: Asking) -> ColumnElement[str | None]:
    """Over customer: the first reason of REASONS why somebody is not asked; null for who may be."""
    c = Customer
    told: list[tuple[ColumnElement[bool], str]] = [
        (or_(c.stage != "customer", c.merged_into_id.is_not(None)), "not_customer"),
        (c.do_not_contact.is_(True), "do_not_contact"),
    ]
    if asking.channel == "phone":
        told.append((c.phone_masked.is_(None), "no_phone"))
    told += [(_recent(asking), "recent"), (_often(asking), "often")]
    return case(*((when, literal(code, String)) for when, code in told), else_=null())


def _asked(asking: Asking, since: date) -> list[ColumnElement[bool]]:
    s = SurveyAnswer
    # An answer somebody gave of their own accord was not asked for.
    found = [s.customer_id == Customer.customer_id, s.asked_on > since, s.occasion != "own"]
    if asking.survey_id is not None:
        found.append(or_(s.survey_id.is_(None), s.survey_id != asking.survey_id))
    return found


def _recent(asking: Asking) -> ColumnElement[bool]:
    since = asking.day - timedelta(days=asking.rule.gap(asking.pulse))
    return select(SurveyAnswer.id).where(*_asked(asking, since)).correlate(Customer).exists()


def _often(asking: Asking) -> ColumnElement[bool]:
    since = asking.day - timedelta(days=_YEAR)
    times = select(func.count()).select_from(SurveyAnswer).where(*_asked(asking, since)).correlate(Customer)
    return times.scalar_subquery() >= asking.rule.most_a_year
