"""What the analysis of complaints looks at: one quarter's stored facts, the one before, and the way to the cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.complaints import analysis
from lib.complaints.analysis import Count, Facts
from lib.kpi import Scene, catalogue, level_of
from lib.store.models import Product
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.kpis.look import Look as KpiLook
from lib.ui.page import Page
from lib.ui.quarters import Run, Sight
from lib.words import _, name
from lib.work.causes import cause_title, causes

KEYS = ("complaints_received", "resolved_on_time", "reply_on_time", "first_time_resolution", "repeat_complaints",
        "complaint_density_branches", "complaint_density_customers")  # fmt: skip


@dataclass(frozen=True)
class Look(Sight):
    """Complaints of one quarter, of the whole scope or one branch of it."""

    @property
    def facts(self) -> Facts:
        """The stored facts at the coarsest level that answers."""
        return self.facts_of(self.run)

    def facts_of(self, run: Run, level: str = "") -> Facts:
        """The facts of another quarter, or at another level."""
        scope = self.page.scope
        staff = scope.staff_id if scope.facts == "handled" else None
        return Facts(str(run.quarter), run.version, level or level_of(scope, "bank", self.scene),
                     self.scene.branch_id, staff)  # fmt: skip

    @property
    def leads(self) -> bool:
        """Whether this person may see the cases behind a figure."""
        return self.page.scope.cases != "none"

    @property
    def small_n(self) -> int:
        """Fewer cases than this are greyed (rule display.small_n)."""
        return int(self.page.book.value("display.small_n", self.run.quarter.end))

    @property
    def kpis(self) -> KpiLook:
        """The same place for the cards of KPIs."""
        known = {kpi.key: kpi for kpi in catalogue(self.book, self.run.quarter, self.page.scope)}
        wanted = [known[key] for key in KEYS if key in known]
        return KpiLook(self.page, self.house, self.runs, self.run, self.scene, wanted)

    def received(self, **more: str) -> dict[str, str]:
        """The address of what was received in the quarter."""
        return {"state": "all", "from": self.run.quarter.start.isoformat(), "to": self.last.isoformat(),
                **self._place(), **more}  # fmt: skip

    def closed(self, **more: str) -> dict[str, str]:
        """The address of what was closed in the quarter."""
        return {"state": "closed", "closed_from": self.run.quarter.start.isoformat(),
                "closed_to": self.last.isoformat(), **self._place(), **more}  # fmt: skip

    @property
    def last(self) -> date:
        """The last day counted."""
        return min(self.run.quarter.end, self.run.cutoff)

    def _place(self) -> dict[str, str]:
        place = {"branch": str(self.scene.branch_id)} if self.scene.branch_id is not None else {}
        return place | ({"whose": "mine"} if self.page.scope.facts == "handled" else {})

    def code_name(self, dimension: str, code: str) -> str:
        """What a code of a dimension is called."""
        if dimension == analysis.CAUSE:
            return cause_title(code, causes(self.page.book, self.page.today))
        if dimension == "product":
            return products(self.page.scope).get(code, _("未登记"))
        return name(f"complaint_{dimension}", code)


def choose(page: Page, found: list[Run]) -> Look:
    """The quarter and, for the whole bank, the branch; kept in the address."""
    house, scope = quarters.house(page.scope), page.scope
    branch_id = scope.branch_id if scope.facts == "branch" else None
    with st.grid(3, min_column_width=170, gap="small"):
        run = quarters.choose(found)
        if scope.facts == "bank":
            named = {"": _("全行"), **{str(key): title for key, (_code, title) in house.branches.items()}}
            said = choice(_("支行"), named, key="branch")
            branch_id = int(said) if said else None
    staff_id = scope.staff_id if scope.facts == "own" else None
    return Look(page, house, found, run, Scene(branch_id=branch_id, staff_id=staff_id))


@cached(of="facts")
def counts(session: Session, facts: Facts, dimension: str) -> list[Count]:
    """Every code of a dimension, the most received (of closings: closed) first."""
    return [Count(str(row.code), int(row.received), int(row.closed), int(row.late))
            for row in session.execute(analysis.by_code(facts, dimension))]  # fmt: skip


@cached(of="facts")
def branches(session: Session, facts: Facts) -> list[Count]:
    """Every branch, by its id as code."""
    return [Count(str(row.branch_id), int(row.received), int(row.closed), int(row.late))
            for row in session.execute(analysis.by_branch(facts))]  # fmt: skip


@cached(of="facts")
def days(session: Session, facts: Facts) -> dict[int, int]:
    """Complaints closed in the quarter by the whole days they took."""
    return {int(row.code): int(row.closed) for row in session.execute(analysis.by_code(facts, analysis.DAYS))}


@cached(of="facts")
def weeks(session: Session, facts: Facts) -> dict[tuple[str, str], int]:
    """(week, business) → received."""
    return {(row.week, row.code): int(row.received) for row in session.execute(analysis.by_week(facts, "business"))}


@cached(of="facts")
def products(session: Session) -> dict[str, str]:
    """What each product is called, by its code."""
    return dict(session.execute(select(Product.code, Product.name)).all())


def lead(address: dict[str, str]) -> None:
    """Go to the cases behind a mark."""
    st.query_params.from_dict(address)
    st.rerun()


def changed(now: Sequence[Count], then: Sequence[Count]) -> dict[str, int]:
    """By code, how many more (or fewer) were received than in the quarter before."""
    before = {one.code: one.received for one in then}
    return {one.code: one.received - before.get(one.code, 0) for one in now}
