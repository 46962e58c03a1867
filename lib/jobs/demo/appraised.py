"""Appraisal in the demonstration bank: cards of past periods by the job itself, signed, confirmed, some disputed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lib.jobs.appraise import CannotAppraise, appraise
from lib.jobs.demo.plan import material
from lib.settings import day_start, today
from lib.staff.appraisal_period import Period
from lib.staff.appraisal_rules import Correction
from lib.staff.appraisal_steps import StepForm
from lib.staff.appraisal_write import step
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import Refused, open_session

#: quarters that have ended and are appraised, the last year beside them
QUARTERS = 4
#: in the latest quarter every so many-th card is still unsigned, and every so many-th signed one unanswered
_UNSIGNED, _UNANSWERED = 3, 4
_OUTCOMES = {"excellent": "reward", "good": "none", "fair": "none", "poor": "training"}


def work(heads: Sequence[Scope]) -> int:
    """Compute the periods, and let these heads, their managers and the department act on them; how much was done."""
    words, done = material("appraisal"), 0
    latest = str(Quarter.of(today()).shift(-1))
    for period in _periods():
        try:
            appraise(period)
        except CannotAppraise:  # a bank of fewer quarters
            continue
        for head in heads:
            done += _branch(head, period, words, latest=str(period) == latest)
        if str(period) != latest:
            _in_its_time(period)
    return done


def _periods() -> list[Period]:
    """The year that ended last, then the quarters, the latest last."""
    running = Quarter.of(today())
    quarters = [running.shift(-back) for back in range(QUARTERS, 0, -1)]
    return [Period.parse(str(running.year - 1)), *(Period.parse(str(quarter)) for quarter in quarters)]


def _branch(head: Scope, period: Period, words: Mapping[str, Any], *, latest: bool) -> int:
    """The cards of a branch: its managers' by the head, its own by the department."""
    with bulk("demo", write=False) as session:
        c = m.AppraisalCard
        mine = select(c).where(c.period == str(period), c.branch_id == head.branch_id, c.state == "computed")
        cards = list(session.scalars(mine.order_by(c.level, c.subject_id)))
        people = {one.id: one for one in session.scalars(select(m.Staff)) if one.active}
        crm = next(one for one in people.values() if one.role == "crm")
    department, done = _scope(crm), 0
    for place, card in enumerate(cards):
        if card.level == "branch":
            done += _take(department, card, StepForm("signed", comment=words["texts"]["branch_comment"]))
            done += _take(head, card, StepForm("final")) if not latest else 0
        elif card.staff_id in people:
            done += _manager(head, _scope(people[card.staff_id]), department, card, place, words, latest=latest)
    return done


def _manager(
    head: Scope, person: Scope, department: Scope, card: m.AppraisalCard, place: int, words: Mapping[str, Any], *,
    latest: bool,
) -> int:  # fmt: skip
    """The cast keeps its card of the latest quarter unsigned in the first branch, and disputes it in the second."""
    cast = person.login.startswith("rm.") and person.login in ("rm.zhang", "rm.li")
    disputes = person.login == "rm.li"
    if latest and not disputes and (cast or place % _UNSIGNED == 0):
        return 0
    comment = words["comments"][_weakest(card)]
    done = _take(head, card, StepForm("signed", comment=comment, outcome=_OUTCOMES.get(card.grade or "", "plan")))
    if latest and disputes:
        return done + _take(person, card, StepForm("disputed", grounds=words["texts"]["grounds"]))
    if latest and place % _UNANSWERED == 0:
        return done
    if disputes and card.period.endswith("Q2"):
        done += _take(person, card, StepForm("disputed", grounds=words["texts"]["grounds"]))
        return done + _take(department, card, StepForm("replaced", settlement=words["texts"]["settlement"],
                                                       correction=_three_more(card)))  # fmt: skip
    if cast and card.period.endswith("Q1"):
        done += _take(person, card, StepForm("disputed", grounds=words["texts"]["rejected_grounds"]))
        return done + _take(department, card, StepForm("final", settlement=words["texts"]["rejection"]))
    return done + _take(person, card, StepForm("final"))


def _weakest(card: m.AppraisalCard) -> str:
    """The KPI with the fewest points, which a head speaks of."""
    counted: list[dict[str, Any]] = [line for line in card.lines if line["state"] == "counted"]
    return str(min(counted, key=lambda line: line["points"])["kpi"]) if counted else "visit_completion"


def _three_more(card: m.AppraisalCard) -> Correction:
    """Three visits more were kept, as far as so many were due."""
    line: dict[str, Any] = next(line for line in card.lines if line["kpi"] == "visit_completion")
    due = line["denominator"] or 0
    return Correction("visit_completion", min((line["numerator"] or 0) + 3, due), due)


def _take(scope: Scope, card: m.AppraisalCard, form: StepForm) -> int:
    """One step in its own transaction; what the rules refuse is left undone."""
    try:
        with open_session(scope, "demo", write=True) as session:
            stands = session.get(m.AppraisalCard, card.id)
            if stands is not None:
                step(session, card.id, stands.version, form)
    except Refused:
        return 0
    return 1


def _in_its_time(period: Period) -> None:
    """What was done for an earlier period was done after its end."""

    def at(days: int) -> datetime:
        return day_start(period.end + timedelta(days=days)) + timedelta(hours=9 + days % 8)

    moments = {"computed_at": at(9), "signed_at": at(13), "answered_at": at(17), "settled_at": at(26)}
    with bulk("demo") as session:
        cards = session.scalars(select(m.AppraisalCard).where(m.AppraisalCard.period == str(period)))
        for card in cards:
            for column, moment in moments.items():
                if getattr(card, column) is not None:
                    setattr(card, column, moment)
            card.answer_due_on = card.answer_due_on and period.end + timedelta(days=23)
            card.settle_due_on = card.settle_due_on and period.end + timedelta(days=32)


def _scope(one: m.Staff) -> Scope:
    return scope_of(one.id, one.login, one.name, one.role, one.branch_id)
