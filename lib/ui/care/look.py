"""What the visits are looked at by: whose, which kind and state, which month and day; kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from lib.care import visits
from lib.care.visits import Wanted
from lib.store.rights import writable
from lib.ui import quarters
from lib.ui.cached import cached
from lib.ui.choices import choice, day_asked
from lib.ui.page import Page
from lib.words import _, name
from lib.work.month import Month

#: the words of the filters in the address
PARAMS = ("view", "show", "month", "day", "state", "kind", "whose")


@dataclass(frozen=True)
class Look:
    """One person's view of the visits: what is asked for, the month on the calendar and the day chosen in it."""

    page: Page
    wanted: Wanted
    month: Month
    day: date | None
    whose: str

    @property
    def one_person(self) -> bool:
        """Whether one person's visits are looked at: few enough to stand on the calendar by name."""
        return self.page.scope.customers == "own" or bool(self.whose)

    @property
    def staff_id(self) -> int | None:
        """Whose they are; None for everybody within reach."""
        return self.wanted.owner_id

    @property
    def days(self) -> tuple[date, date]:
        """The day chosen, else the whole month."""
        return (self.day, self.day) if self.day else (self.month.first, self.month.last)


def may_write(page: Page) -> bool:
    """Whether the person may plan, move and end visits: by right on the page and on the table."""
    return page.right.change and "due_item" in writable(page.scope.role)


@cached(of="facts")
def managers(session: Session) -> dict[str, tuple[int, str, int | None]]:
    """Relationship managers by login: id, name, branch."""
    return {row.login: (row.id, row.name, row.branch_id) for row in session.execute(visits.managers())}


def choose(page: Page, usual: str) -> Look:
    """The filters on screen; `usual` is the state looked at unless another is chosen, `all` or `open`."""
    with st.grid(3, min_column_width=140, gap="small"):
        whose = "" if page.scope.customers == "own" else whose_of(page)
        kind = choice(_("类别"), {"": _("全部"), **{one: name("due_kind", one) for one in visits.KINDS}}, key="kind")
        state = choice(_("状态"), {"all": _("全部"), **states()}, key="state", default=usual)
    day = day_asked("day")
    month = Month.of(day) if day else Month.parse(st.query_params.get("month", "")) or Month.of(page.today)
    return Look(
        page,
        Wanted(page.today, state if state in visits.STATES else "", kind, owner_of(page, whose)),
        month,
        day,
        whose,
    )


def states() -> dict[str, str]:
    """How a visit may stand, in words."""
    return {
        "open": _("未完成的"), "due": _("待办"), "overdue": _("逾期"), "done": _("已完成"), "missed": _("未办成"),
        "moved": _("改期"),
    }  # fmt: skip


def whose_of(page: Page) -> str:
    """Whose visits, for who reaches those of several; empty: everybody's."""
    branch, known = page.scope.branch_id, managers(page.scope)
    titles = quarters.house(page.scope).branches
    named = {}
    for login, (_id, who, of) in known.items():
        if page.scope.customers == "branch" and of != branch:
            continue
        there = f" · {titles[of][1]}" if page.scope.customers == "bank" and of in titles else ""
        named[login] = f"{who}{there}"
    return choice(_("责任人"), {"": _("全部"), **named, "none": _("未分配")}, key="whose")


def owner_of(page: Page, whose: str) -> int | None:
    """The owner meant: oneself, nobody (0), a manager by login, or None for everybody."""
    if page.scope.customers == "own":
        return page.scope.staff_id
    if whose == "none":
        return 0
    return managers(page.scope)[whose][0] if whose else None


def address(look: Look, **more: Any) -> dict[str, str]:
    """The address of this view with other words in it; None takes one out."""
    kept: dict[str, Any] = {key: value for key, value in st.query_params.items() if key in PARAMS}
    return {key: str(value) for key, value in {**kept, **more}.items() if value not in (None, "")}
