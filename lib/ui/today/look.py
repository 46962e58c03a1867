"""What the page of today looks at: whose work, which of it, and what its sentences are told in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.care import reasons, today
from lib.care.listed import WHEN
from lib.care.ranking import GROUPS
from lib.care.today import Asked, Wanted
from lib.store.models import Staff
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.quarters import House
from lib.words import _, codes, name

#: what is nobody's, in the address
NOBODY = "none"
#: parameters of the address that say which list it is
FILTERS = ("office", "manager", "group", "kind", "when", "view")


@dataclass(frozen=True)
class Look:
    """Whose work one person sees, by the rules of now."""

    page: Page
    asked: Asked
    wanted: Wanted
    house: House
    told_in: reasons.House

    @property
    def whole(self) -> Wanted:
        """The same people's work without any narrowing."""
        return Wanted(self.wanted.staff_id, branch_id=self.wanted.branch_id)

    @property
    def several(self) -> bool:
        """Whether more than one person's work may be looked at."""
        return oversees(self.page)

    def login_of(self, staff_id: int | None) -> str:
        """Somebody in the address."""
        return self.house.staff[staff_id][0] if staff_id in self.house.staff else NOBODY


def oversees(page: Page) -> bool:
    """Whether the reader looks after other people's work: a head of the branch's, the department of the bank's."""
    return page.scope.customers in ("branch", "bank")


def look_of(page: Page, *, of_one: bool = True) -> Look:
    """The list the address asks for: a manager's own, of a head's branch, or of the branch the department chooses;
    of everybody there or (`of_one`) of the one chosen."""
    house = quarters.house(page.scope)
    told_in = reasons.house(page.book, page.today, page.now, house.currency)
    asked = today.asked(page.scope, page.book, page.today, page.now)
    return Look(page, asked, whose(page, house, of_one), house, told_in)


def whose(page: Page, house: House, of_one: bool) -> Wanted:
    """Whose work it is, chosen by those who oversee more than their own."""
    scope = page.scope
    if not oversees(page):
        return Wanted(scope.staff_id)
    branch_id = scope.branch_id
    if scope.customers == "bank":
        named = {code: title for code, title in house.branches.values()}
        branch_id = house.branch_of(choice(_("支行"), named, key="office", default=next(iter(named), "")))
    if not of_one:
        return Wanted(None, branch_id=branch_id)
    everyone = {"": _("全部客户经理"), **managers(page.scope, branch_id), NOBODY: _("没有经办人")}
    manager = choice(_("客户经理"), everyone, key="manager")
    staff_id = 0 if manager == NOBODY else house.staff_of(manager) if manager else None
    return Wanted(staff_id, branch_id=branch_id)


@cached(of="facts")
def managers(session: Session, branch_id: int | None) -> dict[str, str]:
    """The relationship managers of a branch: login → name."""
    found = select(Staff.login, Staff.name).where(Staff.role == "manager", Staff.active, Staff.branch_id == branch_id)
    return dict(session.execute(found.order_by(Staff.id)).all())


def narrowed(look: Look) -> Look:
    """The list narrowed by the filters on screen, which stay in the address."""
    every = {"": _("全部")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="today-filters"):
        when = choice(_("时间"), every | dict(zip(WHEN, (_("逾期"), _("今天"), _("以后")), strict=True)), key="when",
                      segments=True)  # fmt: skip
        chosen = [one for one in ("group", "kind") if one in st.query_params]
        box = st.popover(escaped(_("筛选（{n}）").format(n=len(chosen)) if chosen else _("筛选")), key="today-more")
        with box:
            group = choice(_("事由"), every | {code: name("today_group", code) for code in GROUPS}, key="group")
            kinds = {code: name("customer_kind", code) for code in codes("customer_kind")}
            kind = choice(_("客户类别"), every | kinds, key="kind")
    return replace(look, wanted=replace(look.wanted, group=group, kind=kind, when=when))


def minute(page: Page) -> datetime:
    """The running minute: what is kept for longer would tell old times."""
    return page.now.replace(second=0, microsecond=0)
