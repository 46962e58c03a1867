"""What the figures look at: a quarter and a branch, in the address; intervals in words; what a post may write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from lib.kpi import KpiRow, Scene, kpi_table
from lib.satisfaction.figures import Interval, nps, wilson
from lib.satisfaction.read import Span
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.store.rights import writable
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.ui.quarters import Run, Sight
from lib.words import NOTHING, _, number, percent

#: quarters of a development, and those over which answers are taken together to tell what moves satisfaction
TRAIL, TOGETHER = 12, 4


@dataclass(frozen=True)
class Look(Sight):
    """One quarter seen from the scope's whole or one branch of it."""

    @property
    def trail(self) -> list[Run]:
        """Up to twelve quarters ending with the one looked at."""
        return quarters.up_to(self.runs, self.run, TRAIL)

    def rows(self, keys: Sequence[str], by: str = "bank", *, trail: bool = False) -> list[KpiRow]:
        """KPIs of the quarter, or of all quarters of the trail."""
        asked = tuple(str(run.quarter) for run in (self.trail if trail else [self.run]))
        return kpis(self.page.scope, tuple(keys), asked, by, self.scene, self.page.book.digest)

    def span(self, together: int = 1) -> Span:
        """The answers of the quarter, or of several ending with it."""
        return Span(self.run.quarter.shift(1 - together).start, self.run.quarter.end, self.scene.branch_id)


@cached(of="facts")
def kpis(
    session: Session, keys: tuple[str, ...], asked: tuple[str, ...], by: str, scene: Scene, _rules: str
) -> list[KpiRow]:
    """Stored figures; `_rules` because targets are those of the rulebook as it stands now."""
    return kpi_table(session, rulebook(), keys, [Quarter.parse(one) for one in asked], by, scene)  # type: ignore[arg-type]


def choose(page: Page, found: list[Run]) -> Look:
    """The quarter and, for who sees the bank, the branch; a branch outside the scope is the scope's whole."""
    house, scope = quarters.house(page.scope), page.scope
    branch = scope.branch_id if scope.facts == "branch" else None
    with st.grid("auto", min_column_width=200, gap="small"):
        run = quarters.choose(found)
        if scope.facts == "bank":
            branch = house.branch_of(choice(_("支行"), {"": _("全行"), **dict(house.branches.values())}, key="branch"))
    staff = scope.staff_id if scope.facts == "own" else None
    return Look(page, house, found, run, Scene(branch_id=branch, staff_id=staff))


def interval_of(row: KpiRow) -> Interval | None:
    """How far off a figure may be: of shares Wilson's interval, of the net promoter score that of its variance; None of
    a score that rests on too few answers."""
    n = row.denominator or 0
    if row.key == "nps" and row.small:
        return None  # from a few answers that agree its variance says that nothing can change
    return nps(row.numerator, row.less, n) if row.key == "nps" else wilson(row.numerator, n)


def interval_said(found: Interval | None, *, share: bool = True) -> str:
    """An interval in words, in the figure's unit."""
    if found is None:
        return NOTHING
    low, high = ((percent(one, 0) if share else number(one, 0)) for one in (found.low, found.high))
    return _("{low} 至 {high}").format(low=low, high=high)


def writes(page: Page) -> bool:
    """Whether the post asks customers and enters what they answer (data/rights.toml)."""
    return page.right.change and {"survey", "survey_answer"} <= writable(page.scope.role)
