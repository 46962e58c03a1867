"""What the churn page looks at: the newest quarter, the score in force on its last day, and the filters chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.churn import read, reasons, rules
from lib.churn.read import Explanation, Run, Warned
from lib.kpi import Scene
from lib.store.models import Staff
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.figures import Unit
from lib.ui.page import Page
from lib.ui.quarters import House
from lib.words import _, codes, name
from lib.work.scorecard import Scorecard


@dataclass(frozen=True)
class Look:
    """The newest quarter as the warning list shows it to one person."""

    page: Page
    house: House
    found: quarters.Run
    run: Run
    card: Scorecard

    @property
    def money(self) -> Unit:
        """The unit of amounts."""
        return Unit("money", self.house.currency)

    @property
    def sees_cases(self) -> bool:
        """Whether the person's scope reaches cases at all."""
        return self.page.scope.cases != "none"

    @property
    def told_in(self) -> reasons.House:
        """What sentences of reasons are told in."""
        return reasons.House(self.house.currency, self.page.book.value("churn.ending_days", self.run.end),
                             self.run.passed)  # fmt: skip

    def scene(self, wanted: Warned) -> Scene:
        """Where the stored figures are read: as far as the filters divide them, else the whole scope."""
        return Scene(wanted.branch_id, wanted.manager_id, wanted.kind or None, wanted.tier or None)

    def explained(self, row: Any) -> Explanation:
        """A row of the list or of one customer, with its reasons."""
        return read.explained(row, self.run, self.card, self.page.book, self.house.currency)


def look_of(page: Page) -> Look | None:
    """The newest published quarter; None while there is none."""
    known = quarters.runs(page.scope)
    if not known:
        return None
    house, newest = quarters.house(page.scope), known[0]
    end = min(newest.cutoff, newest.quarter.end)
    card = rules.card(page.book, house.currency, end)
    return Look(page, house, newest, Run(str(newest.quarter), newest.version, end), card)


@cached(of="facts")
def managers(session: Session) -> dict[str, tuple[int, str, int | None]]:
    """Relationship managers by login: id, name, branch."""
    found = select(Staff.login, Staff.id, Staff.name, Staff.branch_id).where(Staff.role == "manager", Staff.active)
    return {login: (i, who, branch) for login, i, who, branch in session.execute(found.order_by(Staff.id))}


def asked(look: Look) -> Warned:
    """The filters on screen, kept in the address."""
    scope, house = look.page.scope, look.house
    every = {"": _("全部")}
    with st.grid(6, min_column_width=140, gap="small"):
        branch = ""
        if scope.customers == "bank":
            named = {code: title for code, title in house.branches.values()}
            branch = choice(_("支行"), every | named, key="branch")
        branch_id = house.branch_of(branch) if branch else None
        manager = "" if scope.customers == "own" else _manager(look, branch_id or scope.branch_id)
        kind = choice(_("客户类别"), every | _named("customer_kind"), key="kind")
        tier = choice(_("层级"), every | _named("tier"), key="tier")
        case = ""
        if look.sees_cases:
            case = choice(_("个案"), every | {read.WITH: _("已立个案"), read.WITHOUT: _("未立个案")}, key="opened")
        contact = choice(_("联系意愿"), every | {"yes": _("可以联系"), "no": _("请勿联系")}, key="contact")
    return Warned(branch_id, house.staff_of(manager) if manager else None, tier, kind, case, contact)


def _manager(look: Look, branch_id: int | None) -> str:
    known = managers(look.page.scope)
    named = {login: who for login, (_id, who, branch) in known.items() if branch_id in (None, branch)}
    return choice(_("客户经理"), {"": _("全部"), **named}, key="manager")


def _named(family: str) -> dict[str, str]:
    return {code: name(family, code) for code in codes(family)}
