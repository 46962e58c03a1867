"""What the KPI page looks at: quarter, KPI, branch and manager as the address says, within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from lib.kpi import Scene, catalogue
from lib.rulebook import Kpi
from lib.store.book import book_at
from lib.ui import quarters
from lib.ui.page import Page
from lib.ui.quarters import Run, Sight
from lib.words import _


@dataclass(frozen=True)
class Look(Sight):
    """The KPIs of one quarter seen from one place: the scope's whole, one branch of it, or one manager."""

    kpis: list[Kpi]

    @property
    def trail(self) -> list[Run]:
        """Up to twelve quarters ending with the one looked at, and the one a year before it."""
        return quarters.up_to(self.runs, self.run, 13)

    @property
    def chosen(self) -> Kpi | None:
        """The KPI in the address (`?kpi=churn_rate`)."""
        asked = st.query_params.get("kpi", "")
        return next((kpi for kpi in self.kpis if kpi.key == asked), None)

    @property
    def below(self) -> str:
        """The level the figures lead down to: branch, manager, or nothing."""
        facts = self.page.scope.facts
        if facts in ("own", "handled", "products") or self.scene.staff_id is not None:
            return ""
        return "manager" if self.scene.branch_id is not None else "branch"

    def place(self) -> str:
        """Where one looks, in words."""
        names = []
        if self.scene.branch_id is not None and self.scene.branch_id in self.house.branches:
            names.append(self.house.branches[self.scene.branch_id][1])
        if self.scene.staff_id is not None:
            names.append(self.name_of("manager", self.scene.staff_id))
        whole = {"bank": _("全行"), "products": _("全行"), "handled": _("我经办的投诉")}.get(self.page.scope.facts)
        return " › ".join([whole, *names] if whole else names)

    def name_of(self, by: str, group: int | str) -> str:
        """What a group of figures is called."""
        known = self.house.branches if by == "branch" else self.house.staff
        return known[int(group)][1] if int(group) in known else _("未归属")

    def export(self, **more: str) -> str:
        """The address of this table as a file."""
        said = {"quarter": str(self.run.quarter), "branch": st.query_params.get("branch", ""),
                "manager": st.query_params.get("manager", ""),
                "version": str(self.run.version) if self.run.corrected else "", **more}  # fmt: skip
        return "/export/kpi-table?" + urlencode({key: value for key, value in said.items() if value})


def choose(page: Page, found: list[Run]) -> Look:
    """The quarter on screen, the place from the address; a place outside the scope is the scope's whole."""
    house, scope = quarters.house(page.scope), page.scope
    with st.grid(4, min_column_width=220, gap="small"):
        run = quarters.as_asked(page, quarters.choose(found))
    branch_id = scope.branch_id if scope.facts == "branch" else None
    staff_id = scope.staff_id if scope.facts == "own" else None
    if scope.facts == "bank":
        branch_id = house.branch_of(st.query_params.get("branch", ""))
    if scope.facts in ("bank", "branch") and branch_id is not None:
        staff_id = house.staff_of(st.query_params.get("manager", ""))
    book = book_at(str(run.quarter), run.version, run.closed, page.book)
    kpis = catalogue(book, run.quarter, scope)
    return Look(page, house, found, run, Scene(branch_id=branch_id, staff_id=staff_id), kpis)
