"""Computes the cards of a period from stored quarter facts; a card that was shown is never rewritten, only followed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from lib.jobs.appraisal_counts import Subject, branches_and_managers, counts_of, runs_of
from lib.rulebook import Rulebook
from lib.rulebook.schemes import codes_of
from lib.settings import business_now, today
from lib.staff.appraisal_peers import peers
from lib.staff.appraisal_period import Period
from lib.staff.appraisal_rules import LEVELS, Card, blank_lines, filled, judge, judging
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter
from lib.words import _

_RULES = ("appraisal.points", "appraisal.grades", "appraisal.least_weight", "appraisal.peers_least")


class CannotAppraise(ValueError):
    """A period that cannot be appraised; the message is a sentence."""


@dataclass
class Appraised:
    """What a run did to the cards of a period: `first` versions, `again` (a later version), `same`; `waiting` were
    signed already and rest on other figures: they need a reason; `lapsed` were not answered in time and are final."""

    period: str
    quarters: list[str]
    first: int = 0
    again: int = 0
    same: int = 0
    lapsed: int = 0
    waiting: list[int] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """What was done, for a person."""
        said = [_("{period}：新计算 {first} 张，重算 {again} 张，未变 {same} 张。").format(
            period=Period.parse(self.period).title, first=self.first, again=self.again, same=self.same)]  # fmt: skip
        if self.lapsed:
            said.append(_("{n} 张逾期未答复，视为确认。").format(n=self.lapsed))
        if self.waiting:
            said.append(_("{n} 张已签署，而数据或口径已变：要重算请用 --reason 写明理由。").format(n=len(self.waiting)))
        return said


def appraise(period: Period, reason: str = "") -> Appraised:
    """Bring the cards of an ended period to data and rules of now, by new versions.

    A card that is only computed is followed by a new version when its figures changed; one that was signed is so only
    for a `reason`. Raises CannotAppraise for a period that has not ended or has no facts.
    """
    if period.end >= today():
        raise CannotAppraise(_("{period}还没有结束，不能考核。").format(period=period.title))
    book = rulebook()
    runs = runs_of(period.quarters)
    if not runs:
        raise CannotAppraise(_("{period}没有季度数据，请先运行 python -m lib refresh。").format(period=period.title))
    done = Appraised(str(period), sorted(runs))
    with bulk("appraise") as session:
        _lapse(session, period, done)
        for level in LEVELS:
            _level(session, period, level, book, runs, reason.strip(), done)
        for what in ("first", "again", "lapsed"):
            session.note(what, getattr(done, what))
        session.note("unchanged", done.same)
    return done


def _level(
    session: BulkSession, period: Period, level: str, book: Rulebook, runs: Mapping[str, m.QuarterRun], reason: str,
    done: Appraised,
) -> None:  # fmt: skip
    on = period.end
    currency = session.scalars(select(m.Bank.base_currency)).one()
    quarters = [Quarter.parse(quarter) for quarter in sorted(runs)]
    subjects = branches_and_managers(session, level, runs)
    keys = codes_of(book.value(f"appraisal.{level}", on))
    counts = counts_of(book, level, keys, quarters, subjects, on)
    by, blank = judging(book, on), blank_lines(book, level, currency, on)
    cards = {one.subject_id: judge([filled(line, counts.get((one.subject_id, kpi.key))) for kpi, line in blank], by)
             for one in subjects}  # fmt: skip
    known = [card.score for card in cards.values() if card.score is not None]
    least = book.value("appraisal.peers_least", on)
    basis = {
        "rules": {key: book.entry(key, on).version for key in (f"appraisal.{level}", *_RULES)},
        "kpis": {kpi.key: kpi.version for kpi, _line in blank},
        "runs": {quarter: run.version for quarter, run in runs.items()},
        "closed": all(run.state == "closed" for run in runs.values()),
        "cutoff": max(run.cutoff for run in runs.values()), "judging": by.as_data(), "peers_least": least,
    }  # fmt: skip
    for one in subjects:
        card = cards[one.subject_id]
        _keep(session, period, level, one, card, {**basis, "digest": _digest(card, basis)},
              peers(known, card.score, least), reason, done)  # fmt: skip


def _keep(
    session: BulkSession, period: Period, level: str, of: Subject, card: Card, basis: dict[str, Any],
    among: dict[str, Any], reason: str, done: Appraised,
) -> None:  # fmt: skip
    """Keep a card as the next version, unless the one that stands says the same or was signed and has no reason."""
    c = m.AppraisalCard
    mine = (c.period == str(period), c.level == level, c.subject_id == of.subject_id)
    stands = session.scalars(select(c).where(*mine, c.state != "replaced").with_for_update()).one_or_none()
    if stands is not None:
        if stands.basis["digest"] == basis["digest"]:
            done.same += 1
            return
        if stands.state != "computed" and not reason:
            done.waiting.append(stands.id)
            return
        stands.state = "replaced"
    last = session.scalar(select(func.max(c.number)).where(*mine)) or 0
    session.add(c(
        period=str(period), level=level, subject_id=of.subject_id, branch_id=of.branch_id,
        staff_id=of.subject_id if level == "manager" else None, number=last + 1, state="computed", score=card.score,
        grade=card.grade, counted=card.counted, lines=list(card.lines), peers=among, basis=basis,
        computed_at=business_now(), why="first" if stands is None else "recomputed", reason=reason or None, version=1,
    ))  # fmt: skip
    session.flush()
    done.first, done.again = done.first + (stands is None), done.again + (stands is not None)


def _lapse(session: BulkSession, period: Period, done: Appraised) -> None:
    """Cards that were not answered in time are final."""
    c = m.AppraisalCard
    late = select(c).where(c.period == str(period), c.state == "signed", c.answer_due_on < today())
    for card in session.scalars(late):
        card.state, card.ended_how = "final", "lapsed"
        done.lapsed += 1
    session.flush()


def _digest(card: Card, basis: Mapping[str, Any]) -> str:
    """What a card says and by which rules; the versions of facts are not in it: the same figures are the same card."""
    said = [card.lines, card.score, card.grade, basis["judging"], basis["peers_least"]]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
