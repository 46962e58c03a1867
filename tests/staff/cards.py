"""Stored quarter facts to appraise, small enough to count by hand, and ways to act on the cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from lib.jobs.appraise import Appraised, appraise
from lib.staff.appraisal_period import Period
from lib.staff.appraisal_steps import StepForm
from lib.staff.appraisal_write import step
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from lib.store.session import open_session
from tests.cast import GAO, LI, NORTH, SOUTH, ZHANG, scope

BRANCH_OF = {ZHANG: NORTH, GAO: NORTH, LI: SOUTH}
#: points 80, 40, 90, 40, – (5 cases), 90, 40, 90, 90: together 6650 of 95 weights, 70 points
MEASURES = {
    "survey_satisfied": 17, "survey_answers": 20, "visits_kept": 12, "visits_due": 20, "cohort_active": 70,
    "cohort": 100, "active_categories": 75, "active_customers": 50, "repeat_buyers": 3, "matured_customers": 5,
    "new_customers": 3, "sales_fen": 175_000_000, "lost_customers": 2, "verified_in_cycle": 95, "customers": 100,
    "risk_responded": 39, "high_risk": 40,
}  # fmt: skip
SIGN = StepForm("signed", comment="回访要按期完成", outcome="training")
CONFIRM = StepForm("final")
DISPUTE = StepForm("disputed", grounds="两位客户出国，回访改为视频，未计入")


def facts(quarter: str, of: Mapping[int, Mapping[str, int]], version: int = 1, homes: Mapping[int, int] | None = None
          ) -> None:  # fmt: skip
    """Publish the closed facts of a quarter: measures by manager, and their sums by branch."""
    homes, end = homes or BRANCH_OF, Quarter.parse(quarter).end.isoformat()
    with bulk("facts") as session:
        for run in session.scalars(select(m.QuarterRun).where(m.QuarterRun.quarter == quarter)):
            run.state = "replaced"
        session.add(m.QuarterRun(quarter=quarter, version=version, state="closed", cutoff=end, rules_digest="x",
                                 data_version=1))  # fmt: skip
        branches: dict[tuple[int, str], int] = {}
        for staff, measures in of.items():
            for measure, value in measures.items():
                _add(session, quarter, version, "manager", homes[staff], staff, measure, value)
                branches[homes[staff], measure] = branches.get((homes[staff], measure), 0) + value
        for (branch, measure), value in branches.items():
            _add(session, quarter, version, "branch", branch, 0, measure, value)


def _add(session: Any, quarter: str, version: int, level: str, branch: int, staff: int, measure: str, value: int
         ) -> None:  # fmt: skip
    session.add(m.MeasureQuarter(quarter=quarter, version=version, level=level, branch_id=branch, staff_id=staff,
                                 measure=measure, kind="personal", tier="mass", value=value))  # fmt: skip


def appraised(period: str = "2025Q3", reason: str = "") -> Appraised:
    """The job over a period."""
    return appraise(Period.parse(period), reason)


def small_bank_appraised() -> None:
    """Three managers of two branches with cards of 2025Q3, all alike."""
    facts("2025Q3", dict.fromkeys((ZHANG, GAO, LI), MEASURES))
    appraised()


def card_of(subject: int, period: str = "2025Q3", level: str = "manager", number: int | None = None) -> m.AppraisalCard:
    """The standing card (or a version of it) as stored, whoever may see it."""
    c = m.AppraisalCard
    which = c.state != "replaced" if number is None else c.number == number
    with bulk("look", write=False) as session:
        return session.scalars(
            select(c).where(c.period == period, c.level == level, c.subject_id == subject, which)
        ).one()


def taken(login: str, card: m.AppraisalCard, form: StepForm, version: int | None = None) -> m.AppraisalCard:
    """Take a step as somebody, from the version they read (the newest by default)."""
    read = card_of(card.subject_id, card.period, card.level).version if version is None else version
    with open_session(scope(login), "appraisal", write=True) as session:
        return step(session, card.id, read, form)


def line_of(card: m.AppraisalCard, kpi: str) -> dict[str, Any]:
    """One line of a card."""
    return next(line for line in card.lines if line["kpi"] == kpi)
