"""What the products page looks at: the quarter, kind and place chosen, and the stored cells of the matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.kpi import Scene, level_of
from lib.products import matrix, questionnaires
from lib.products.matrix import Cell, Place
from lib.store.models import CurrencyRate
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.churn.look import managers
from lib.ui.figures import Unit
from lib.ui.page import Page
from lib.ui.quarters import Run, Sight
from lib.words import _, codes, name, quarter_name


@dataclass(frozen=True)
class Look(Sight):
    """One kind of customer in one quarter, of the whole scope, a branch or a manager."""

    kind: str

    @property
    def place(self) -> Place:
        """The stored figures at the coarsest level that answers."""
        level = level_of(self.page.scope, "bank", self.scene)
        return Place(str(self.run.quarter), self.run.version, level, self.kind, self.scene.branch_id,
                     self.scene.staff_id)  # fmt: skip

    @property
    def money(self) -> Unit:
        """The unit of amounts."""
        return Unit("money", self.house.currency)

    @property
    def leads(self) -> bool:
        """Whether the reader reaches customers, so that a figure leads to them."""
        return self.page.scope.customers in ("own", "branch", "bank")

    @property
    def end(self) -> date:
        """The last day the figures count."""
        return min(self.run.cutoff, self.run.quarter.end)


def choose(page: Page, found: list[Run]) -> Look:
    """The filters on screen, kept in the address."""
    house, scope = quarters.house(page.scope), page.scope
    with_people = scope.customers in ("branch", "bank")
    with st.grid(4, min_column_width=160, gap="small"):
        run = run_of(found)
        kind = choice(_("客户类别"), {code: name("customer_kind", code) for code in codes("customer_kind")},
                      key="kind", default="personal")  # fmt: skip
        branch = ""
        if scope.facts == "bank":
            named = {"": _("全行"), **{code: title for code, title in house.branches.values()}}
            branch = choice(_("支行"), named, key="branch")
        branch_id = house.branch_of(branch) if branch else scope.branch_id if scope.facts == "branch" else None
        manager = _manager(page, branch_id) if with_people and branch_id is not None else ""
    staff_id = scope.staff_id if scope.facts == "own" else house.staff_of(manager) if manager else None
    return Look(page, house, found, run, Scene(branch_id=branch_id, staff_id=staff_id, kind=kind), kind)


def run_of(found: list[Run]) -> Run:
    """The quarter in the address, else the newest: who holds what is a matter of today."""
    named = {str(run.quarter): _("{quarter} · {state}").format(
        quarter=quarter_name(str(run.quarter)), state=run.state) for run in found}  # fmt: skip
    chosen = choice(_("季度"), named, key="quarter", default=str(found[0].quarter))
    return next(run for run in found if str(run.quarter) == chosen)


def _manager(page: Page, branch_id: int) -> str:
    known = managers(page.scope)
    named = {login: who for login, (_id, who, branch) in known.items() if branch == branch_id}
    return choice(_("客户经理"), {"": _("全部"), **named}, key="manager")


@cached(of="facts")
def cells(session: Session, place: Place) -> list[Cell]:
    """The stored figures of one place."""
    return [Cell(row.capacity, bool(row.valid), bool(row.senior), row.risk_level, int(row.customers),
                 int(row.amount_fen)) for row in session.execute(matrix.cells(place))]  # fmt: skip


@cached(of="facts")
def rates(session: Session, day: date, currency: str) -> dict[str, int]:
    """What other currencies are worth on a day, in millionths of the base currency."""
    rate = CurrencyRate
    known = select(rate.currency, rate.micro).where(rate.valid_from <= day, rate.currency != currency)
    return dict(session.execute(known.order_by(rate.valid_from)).all())


@cached()
def tested(session: Session, since: date, until: date) -> dict[str, tuple[int, int]]:
    """Questionnaires answered within reach, and by how many persons, by level."""
    return {row.level: (int(row.tests), int(row.persons))
            for row in session.execute(questionnaires.by_level(since, until))}  # fmt: skip


def total(cells_: Sequence[Cell]) -> tuple[int, int]:
    """Customers and amount of some cells."""
    return sum(one.customers for one in cells_), sum(one.amount_fen for one in cells_)
