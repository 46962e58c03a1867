"""Surveys and answers as read: lists, what came back, cross-tables and sums for what moves satisfaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations_with_replacement
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, or_, select

from lib.satisfaction.drivers import Sums
from lib.satisfaction.rules import DIMENSIONS, OVERALL
from lib.store.functions import as_flag
from lib.store.models import Customer, Staff, Survey, SurveyAnswer

_s = SurveyAnswer
#: how many verbatims are read at most; the newest
MOST_VERBATIMS = 5000


@dataclass(frozen=True)
class Span:
    """Which answers are looked at: asked between two days, of one branch, tier or occasion (empty: of all)."""

    start: date
    end: date
    branch_id: int | None = None
    tier: str = ""
    occasion: str = ""

    def where(self) -> list[ColumnElement[bool]]:
        """Over survey_answer joined to customer; what is said of one's own accord is no sample."""
        found = [_s.asked_on.between(self.start, self.end), _s.occasion != "own"]
        found += [Customer.branch_id == self.branch_id] if self.branch_id is not None else []
        found += [Customer.tier == self.tier] if self.tier else []
        return found + ([_s.occasion == self.occasion] if self.occasion else [])


def surveys() -> Select:
    """Surveys within reach with who began them, the latest first."""
    return (
        select(Survey, Staff.name.label("owner")).join(Staff, Staff.id == Survey.owner_id)
        .order_by(Survey.created_at.desc(), Survey.id.desc())
    )  # fmt: skip


def results(ids: Sequence[int], satisfied: dict[str, int]) -> Select:
    """What came of surveys, within the reader's reach: survey_id, asked, answered, satisfied, refused, not_reached."""
    flags = {
        "answered": _s.overall.is_not(None), "satisfied": _s.overall.between(satisfied["from"], satisfied["to"]),
        "declined": _s.outcome == "declined", "not_reached": _s.outcome == "not_reached",
    }  # fmt: skip
    sums = [cast(func.coalesce(func.sum(as_flag(func.coalesce(when, False))), 0), BigInteger).label(name)
            for name, when in flags.items()]  # fmt: skip
    return (
        select(_s.survey_id, cast(func.count(), BigInteger).label("asked"), *sums)
        .where(_s.survey_id.in_(ids)).group_by(_s.survey_id)
    )  # fmt: skip


def invitations(survey_id: int, state: str = "open") -> Select:
    """The people invited by a survey: open (no answer yet), answered, without (declined, not reached) or all."""
    query = _with_customer().where(_s.survey_id == survey_id)
    when = {
        "open": (_s.answered_on.is_(None), _s.outcome.is_(None)), "answered": (_s.answered_on.is_not(None),),
        "without": (_s.answered_on.is_(None), _s.outcome.is_not(None)),
    }.get(state, ())  # fmt: skip
    return query.where(*when).order_by(_s.asked_on.desc(), _s.customer_id, _s.id)


def waits(since: date) -> tuple[ColumnElement[bool], ...]:
    """Invitations that still wait for staff: pulses, and whoever is to be asked by telephone."""
    mine = or_(_s.about.is_not(None), and_(_s.survey_id.is_not(None), _s.channel == "phone"))
    return mine, _s.answered_on.is_(None), _s.outcome.is_(None), _s.asked_on >= since


def waiting_count(since: date) -> Select:
    """How many still wait."""
    return select(func.count()).select_from(SurveyAnswer).where(*waits(since))


def waiting(since: date) -> Select:
    """Those who still wait within reach, those to be asked by telephone first, the newest first."""
    return (
        _with_customer()
        .where(*waits(since))
        .order_by((_s.channel == "phone").desc(), _s.asked_on.desc(), _s.customer_id, _s.id)
    )


def of_customer(ids: Sequence[int]) -> Select:
    """Invitations and answers of a customer's records with who entered them, the latest first."""
    return (
        select(SurveyAnswer, Staff.name.label("staff")).outerjoin(Staff, Staff.id == _s.staff_id)
        .where(_s.customer_id.in_(ids)).order_by(_s.asked_on.desc(), _s.customer_id, _s.id.desc())
    )  # fmt: skip


def _with_customer() -> Select:
    return (
        select(SurveyAnswer, Customer.number, Customer.name, Customer.tier, Customer.kind, Staff.name.label("manager"))
        .join(Customer, Customer.customer_id == _s.customer_id)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
    )


def verbatims(span: Span) -> Select:
    """What was said, the newest first: verbatim, overall, asked_on, occasion, number, name, tier, survey's channel."""
    return (
        select(_s.verbatim, _s.overall, _s.asked_on, _s.occasion, Customer.number, Customer.name, Customer.tier)
        .join(Customer, Customer.customer_id == _s.customer_id)
        .where(_s.verbatim.is_not(None), _s.overall.is_not(None), *span.where())
        .order_by(_s.asked_on.desc(), _s.customer_id, _s.id)
    )


def cells(dimension: str, span: Span) -> Select:
    """How many answers gave which score of a dimension beside which overall score."""
    score = getattr(_s, dimension)
    return (
        select(score, _s.overall, cast(func.count(), BigInteger))
        .join(Customer, Customer.customer_id == _s.customer_id)
        .where(score.is_not(None), _s.overall.is_not(None), *span.where())
        .group_by(score, _s.overall)
    )


def sums(span: Span) -> Select:
    """One row over the answers that answered every dimension: their number, Σx and Σx·y; see `sums_of`."""
    columns = [getattr(_s, one) for one in (*DIMENSIONS, OVERALL)]
    pairs = combinations_with_replacement(columns, 2)
    added = [func.coalesce(func.sum(one), 0) for one in (*columns, *(a * b for a, b in pairs))]
    return (
        select(func.count(), *(cast(one, BigInteger) for one in added))
        .join(Customer, Customer.customer_id == _s.customer_id)
        .where(*(column.is_not(None) for column in columns), *span.where())
    )


def sums_of(row: Any) -> Sums:
    """The row of `sums` as `drivers.parts` takes it."""
    names = (*DIMENSIONS, OVERALL)
    n, *rest = (int(value) for value in row)
    pairs = list(combinations_with_replacement(range(len(names)), 2))
    second = dict(zip(pairs, (float(value) for value in rest[len(names) :]), strict=True))
    return Sums(names, n, tuple(float(value) for value in rest[: len(names)]), second)
