"""What the churn page keeps: stored figures of a quarter, standing of cases, and the last measurement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lib.churn import read
from lib.kpi import KpiRow, Scene, kpi_table
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.ui.cached import cached

KEYS = ("churn_flagged", "aum_at_risk")


@dataclass(frozen=True)
class Closed:
    """Cases of one quarter with one outcome (kept or lost), and the AUM that was at risk as they were opened."""

    quarter: str
    outcome: str
    cases: int
    at_risk_fen: int


@dataclass(frozen=True)
class Measured:
    """One part of the last measurement of the score (see ChurnTrial); `auc` and `lift` as numbers."""

    part: str
    last: str
    quarters: int
    left_out: tuple[str, ...]
    rule_version: str
    customers: int
    lost: int
    flagged: int
    flagged_lost: int
    auc: float
    lift: float
    deciles: tuple[dict[str, int], ...]
    at: datetime


@cached(of="facts")
def figures(session: Session, quarter: str, by: str, scene: Scene) -> list[KpiRow]:
    """Customers on the list and AUM at risk, in all or by branch, manager or tier."""
    return kpi_table(session, rulebook(), KEYS, [Quarter.parse(quarter)], by, scene)  # type: ignore[arg-type]


@cached()
def standing(session: Session) -> tuple[int, int]:
    """Open cases in scope, and the AUM that was at risk as they were opened."""
    row = session.execute(read.standing()).one()
    return int(row.open), int(row.at_risk_fen)


@cached()
def closed(session: Session, quarters: Sequence[str]) -> list[Closed]:
    """What became of the cases closed in these quarters."""
    rows = session.execute(read.results([Quarter.parse(one) for one in quarters]))
    return [Closed(row.quarter, row.outcome, int(row.cases), int(row.at_risk_fen)) for row in rows]


@cached()
def measured(session: Session) -> dict[str, Measured]:
    """The parts of the last measurement; empty before the first."""
    return {one.part: Measured(
        one.part, one.quarter, one.quarters, tuple(one.left_out), one.rule_version, one.customers, one.lost,
        one.flagged, one.flagged_lost, one.auc_bp / 10_000, one.lift_hundredths / 100, tuple(one.deciles), one.at,
    ) for one in session.scalars(read.trials())}  # fmt: skip


def last_quarters(today: date, count: int) -> tuple[str, ...]:
    """The running quarter and those before it, oldest first."""
    now = Quarter.of(today)
    return tuple(str(now.shift(back)) for back in range(1 - count, 1))
