"""Customers of the small bank with the facts of a quarter, made for the churn tests."""

from __future__ import annotations

from typing import Any

from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from tests.cast import CUSTOMERS, FIRM, NORTH, OTHER, OWN, PEER, SOUTH, UNASSIGNED, filled

QUARTER = "2026Q3"
#: customer → branch of then and what at risk, of those on the list
LISTED = {OWN: 900, PEER: 500, FIRM: 700, UNASSIGNED: 100, OTHER: 800}
#: facts of one who fades: 40 points by the shipped rule and more
FADING: dict[str, Any] = {
    "initiated_count": 3, "past_quarters": 4, "past_initiated": 48, "aum_fen": 30_000_000, "peak_aum_fen": 100_000_000,
    "quiet_quarters": 0, "ending_fen": 0, "complaints_open": 1, "complaints_bad": 0, "contact_days": 200, "years": 2,
    "churn_score": 64, "churn_flag": 1, "tier": "vip", "closed": 0, "gone": 0, "cohort": 1, "lost": 0,
}  # fmt: skip


def quarter_row(customer_id: int, quarter: str = QUARTER, **given: Any) -> Any:
    """One customer's quarter: a fading one, or as given."""
    kind = CUSTOMERS[customer_id][1] if customer_id in CUSTOMERS else "personal"
    values = {"branch_id": NORTH, "manager_id": 1, "kind": kind, **FADING, **given}
    return filled(m.CustomerQuarter, customer_id=customer_id, quarter=quarter, version=1, **values)


def run(quarter: str, cutoff: str, state: str = "open") -> Any:
    """A published run."""
    return filled(m.QuarterRun, quarter=quarter, version=1, state=state, cutoff=cutoff)


def fill_list(session: BulkSession) -> None:
    """The quarter with everybody of LISTED on the list."""
    session.add(run(QUARTER, "2026-09-30"))
    for customer_id, at_risk in LISTED.items():
        branch = CUSTOMERS[customer_id][4] or SOUTH
        session.add(quarter_row(customer_id, at_risk_fen=at_risk * 100, branch_id=branch))


def listed() -> None:
    """`fill_list` in a transaction of its own."""
    with bulk("churn tests") as session:
        fill_list(session)
