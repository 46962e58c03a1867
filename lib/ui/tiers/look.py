"""What the tiers page looks at: the filters as chosen, and the facts and scheme that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lib.kpi import Scene, level_of
from lib.tiers.read import Facts
from lib.tiers.rules import Scheme, scheme
from lib.ui import quarters
from lib.ui.choices import choice
from lib.ui.figures import Unit
from lib.ui.page import Page
from lib.ui.quarters import Run, Sight
from lib.words import _, codes, name


@dataclass(frozen=True)
class Look(Sight):
    """One kind of customer in one quarter, of the whole scope or one branch of it."""

    kind: str
    scheme: Scheme

    @property
    def facts(self) -> Facts:
        """The stored facts at the coarsest level that answers."""
        return self.facts_at(level_of(self.page.scope, "tier", self.scene))

    def facts_at(self, level: str) -> Facts:
        """The stored facts at a level of one's choice."""
        run, scene = self.run, self.scene
        return Facts(str(run.quarter), run.version, level, self.kind, scene.branch_id, scene.staff_id)

    def neighbours(self, since: Run) -> bool:
        """Whether an earlier quarter is the one before."""
        return since.quarter == self.run.quarter.shift(-1)

    @property
    def money(self) -> Unit:
        """The unit of amounts."""
        return Unit("money", self.house.currency)


def choose(page: Page, found: list[Run]) -> Look:
    """The filters on screen, kept in the address."""
    house, scope = quarters.house(page.scope), page.scope
    with st.grid(3, min_column_width=170, gap="small"):
        run = quarters.choose(found)
        kind = choice(_("客户类别"), {code: name("customer_kind", code) for code in codes("customer_kind")},
                      key="kind", default="personal")  # fmt: skip
        branch = ""
        if scope.facts == "bank":
            named = {"": _("全行"), **{code: title for code, title in house.branches.values()}}
            branch = choice(_("支行"), named, key="branch")
    branch_id = house.branch_of(branch) if branch else scope.branch_id if scope.facts == "branch" else None
    staff_id = scope.staff_id if scope.facts == "own" else None
    scene = Scene(branch_id=branch_id, staff_id=staff_id, kind=kind)
    return Look(page, house, found, run, scene, kind, scheme(page.book, kind, house.currency, run.quarter.end))
