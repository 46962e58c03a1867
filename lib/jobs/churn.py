"""Measuring the churn score on the bank's own history: a quarter's facts against who was lost in the one after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from lib.churn import rules
from lib.churn.trial import Counts, auc, auc_bp, counts_of, lift, lift_hundredths, split, tenths
from lib.settings import now, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter
from lib.work.scorecard import Scorecard

_q = m.CustomerQuarter
_PUBLISHED = ("open", "closed")


@dataclass(frozen=True)
class Part:
    """The figures of some quarters; `auc` and `lift` are None where nobody was lost in them."""

    part: str
    quarters: tuple[str, ...]
    customers: int
    lost: int
    flagged: int
    flagged_lost: int
    auc: float | None
    lift: float | None
    deciles: list[dict[str, int]]


@dataclass(frozen=True)
class Trial:
    """One measurement: its parts, each quarter alone, what was left out, and what the rule asks of it."""

    rule_version: str
    flag_from: int
    parts: tuple[Part, ...]
    by_quarter: tuple[Part, ...]
    left_out: tuple[str, ...]
    least_lost: int

    @property
    def enough(self) -> bool:
        """Whether enough customers were lost for the figures to mean something (rule churn.trial)."""
        return bool(self.parts) and self.parts[0].lost >= self.least_lost


def evaluate() -> Trial:
    """Measure the score in force today on every quarter with facts and an ended quarter after it, and keep the result.

    Never a later fact than the quarter's own. Nothing is kept where there is no such quarter.
    """
    book, on = rulebook(), today()
    said, flag_from = book.value("churn.trial", on), rules.flag_from(book, on)
    with bulk("churn evaluate") as session:
        currency = session.scalar(select(m.Bank.base_currency)) or "CNY"
        card = rules.card(book, currency, on)
        found, left_out = _history(session, card)
        parts = [_part(part, quarters, found, flag_from)
                 for part, quarters in split(list(found), said["test_quarters"]).items()] if found else []  # fmt: skip
        single = tuple(_part(quarter, [quarter], found, flag_from) for quarter in found)
        trial = Trial(card.entry.version, flag_from, tuple(parts), single, tuple(left_out), said["least_lost"])
        _keep(session, trial, found)
    return trial


def _history(session: BulkSession, card: Scorecard) -> tuple[dict[str, Counts], list[str]]:
    """Counts by quarter, the oldest first, and the quarters whose facts were not kept yet."""
    runs = _runs(session)
    found: dict[str, Counts] = {}
    left_out: list[str] = []
    for earlier, later in pairwise(runs):
        quarter = Quarter.parse(later.quarter)
        if quarter.shift(-1) != Quarter.parse(earlier.quarter) or date.fromisoformat(later.cutoff) < quarter.end:
            continue
        if not _has_facts(session, earlier):
            left_out.append(earlier.quarter)
            continue
        found[earlier.quarter] = _counts(session, card, earlier, later)
    return found, left_out


def _runs(session: BulkSession) -> Sequence[m.QuarterRun]:
    published = select(m.QuarterRun).where(m.QuarterRun.state.in_(_PUBLISHED)).order_by(m.QuarterRun.quarter)
    return session.scalars(published).all()


def _has_facts(session: BulkSession, run: m.QuarterRun) -> bool:
    """Whether the quarter was computed since the score's facts are kept: everybody then has years with the bank, and
    somebody a past to compare with."""
    of_run = (_q.quarter == run.quarter, _q.version == run.version)
    known = and_(_q.years.is_not(None), _q.past_quarters > 0)
    return bool(session.scalar(select(exists().where(*of_run, known))))


def _counts(session: BulkSession, card: Scorecard, earlier: m.QuarterRun, later: m.QuarterRun) -> Counts:
    """Customers of the earlier quarter by score and by whether the later one lost them (rule churn.lost)."""
    after = aliased(_q)
    columns: Any = {column.key: getattr(_q, column.key) for column in _q.__mapper__.column_attrs}
    score = card.total_sql(rules.facts(columns, rules.Passed())).label("score")
    scored = (
        select(score, after.lost.label("lost"))
        .join(after, after.customer_id == _q.customer_id)
        .where(_q.quarter == earlier.quarter, _q.version == earlier.version, _q.closed == 0, _q.gone == 0)
        .where(after.quarter == later.quarter, after.version == later.version, after.cohort == 1)
        .subquery()
    )
    counted = select(scored.c.score, scored.c.lost, func.count()).group_by(scored.c.score, scored.c.lost)
    return counts_of(tuple(row) for row in session.execute(counted))


def _part(name: str, quarters: list[str], found: dict[str, Counts], flag_from: int) -> Part:
    counts = sum((found[quarter] for quarter in quarters), Counts())
    flagged, flagged_lost = counts.flagged(flag_from)
    area, lifted = auc(counts), lift(counts)
    return Part(
        name, tuple(quarters), counts.customers, sum(counts.lost), flagged, flagged_lost,
        None if area is None else float(area), None if lifted is None else float(lifted), tenths(counts),
    )  # fmt: skip


def _keep(session: BulkSession, trial: Trial, found: dict[str, Counts]) -> None:
    at = now()
    for part in trial.parts:
        counts = sum((found[quarter] for quarter in part.quarters), Counts())
        session.add(m.ChurnTrial(
            quarter=part.quarters[-1], part=part.part, quarters=len(part.quarters), left_out=list(trial.left_out),
            rule_version=trial.rule_version, customers=part.customers, lost=part.lost, flagged=part.flagged,
            flagged_lost=part.flagged_lost, auc_bp=auc_bp(counts), lift_hundredths=lift_hundredths(counts),
            deciles=part.deciles, at=at,
        ))  # fmt: skip
    if trial.parts:
        session.note("churn_trial", len(trial.parts))
