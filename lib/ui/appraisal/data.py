"""What the views of appraisal share: the period and the cards in the address, and what a card is called."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lib.staff import appraisal_read as read
from lib.staff.appraisal_period import Period
from lib.store.models import AppraisalCard
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.frames import Link
from lib.ui.page import Page
from lib.words import NOTHING, _, name, number

PARAM = "card"
TONES = {"computed": "context", "signed": "main", "disputed": "watch", "final": "good", "replaced": "context"}


@cached()
def periods(session: Session) -> list[str]:
    """The periods with cards within reach, the latest first; of a year its quarters first."""
    found = [str(period) for period in session.scalars(read.periods())]
    return sorted(found, key=lambda period: (period[:4], len(period), period), reverse=True)


def choose_period(found: Sequence[str]) -> str:
    """The period in the address (`?period=2026Q3`), else the latest quarter."""
    named = {period: Period.parse(period).title for period in found}
    latest = max((period for period in found if "Q" in period), default=found[0])
    return choice(_("考核期"), named, key="period", default=latest)


def points(hundredths: int | None) -> str:
    """A score or points as a person reads them."""
    return NOTHING if hundredths is None else number(hundredths / 100, 1)


def called(page: Page, card: AppraisalCard) -> str:
    """Whom a card is about."""
    house = quarters.house(page.scope)
    if card.level == "manager" and card.staff_id in house.staff:
        return house.staff[card.staff_id][1]
    return branch_of(page, card)


def branch_of(page: Page, card: AppraisalCard) -> str:
    """The branch a card was counted in."""
    known = quarters.house(page.scope).branches
    return known[card.branch_id][1] if card.branch_id in known else NOTHING


def person_of(page: Page, staff_id: int | None) -> str:
    """Who signed, answered or settled."""
    known = quarters.house(page.scope).staff
    return known[staff_id][1] if staff_id in known else NOTHING


def badge(state: str) -> tuple[str, str]:
    """The state of a card with its tone."""
    return name("appraisal_state", state), TONES[state]


def to_people(page: Page, card: AppraisalCard, kpi: str) -> Link:
    """The way from a line to who is behind it: the KPI in the period's last quarter, of this manager or branch."""
    house, basis = quarters.house(page.scope), card.basis
    runs = basis.get("runs")
    quarter = max(runs) if isinstance(runs, dict) and runs else card.period
    params = {"kpi": kpi, "quarter": str(quarter), "show": "numerator"}
    if page.scope.facts == "bank" and card.branch_id in house.branches:
        params["branch"] = house.branches[card.branch_id][0]
    if page.scope.facts in ("bank", "branch") and card.level == "manager" and card.staff_id in house.staff:
        params["manager"] = house.staff[card.staff_id][0]
    return Link("kpis", params)
