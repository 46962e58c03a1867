"""回访计划: what visits, meetings and checks are planned, when, and what became of them (方案 §3.2, 办法 §五.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select

from lib.store.models import Customer, DueItem, Staff

KINDS = ("visit", "meeting", "check")
#: how an item stands; `open` is what is due and overdue together
STATES = ("open", "due", "overdue", "done", "missed", "moved")
ENDED = ("done", "missed")


@dataclass(frozen=True)
class Wanted:
    """Which visits: of one state and kind, of one owner (0: nobody's), due from one day to another; `state` empty:
    in whatever state."""

    on: date
    state: str = ""
    kind: str = ""
    owner_id: int | None = None
    first: date | None = None
    last: date | None = None

    def within(self, first: date, last: date) -> Wanted:
        """The same, due within these days."""
        return replace(self, first=first, last=last)


def listed(wanted: Wanted) -> Select:
    """One row an item, the earliest first, of what has ended the latest: the item's facts, its customer's, its owner.

    `item_id, customer_id, kind, title, due_on, original_due_on, state, outcome, attempts, ended_at, version, number,
    name, customer_kind, tier, preferred_channel, owner`.
    """
    item = DueItem
    return (
        select(
            item.id.label("item_id"), item.customer_id, item.kind, item.title, item.due_on, item.original_due_on,
            item.state, item.outcome, item.attempts, item.ended_at, item.version, Customer.number, Customer.name,
            Customer.kind.label("customer_kind"), Customer.tier, Customer.preferred_channel, Staff.name.label("owner"),
        )
        .join(Customer, Customer.customer_id == item.customer_id)
        .outerjoin(Staff, Staff.id == item.owner_id)
        .where(*_asked(wanted))
        .order_by(item.due_on.desc() if wanted.state in ENDED else item.due_on, item.customer_id, item.id)
    )  # fmt: skip


def by_day(wanted: Wanted) -> Select:
    """How many fall on each day, and how many of them are still open: due_on, things, open."""
    item = DueItem
    still = func.count(item.id).filter(item.state == "open").label("open")
    return (
        select(item.due_on, func.count(item.id).label("things"), still)
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(*_asked(wanted))
        .group_by(item.due_on)
    )


def first_of_each_day(wanted: Wanted, most: int) -> Select:
    """The first few of each day, open ones before the others: due_on, name, state, kind."""
    item = DueItem
    still_open = (item.state == "open").desc()
    place = func.row_number().over(partition_by=item.due_on, order_by=(still_open, item.customer_id, item.id))
    ranked = (
        select(item.customer_id, item.id, place.label("place"))
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(*_asked(wanted))
        .subquery("ranked")
    )
    return (
        select(item.due_on, Customer.name, item.state, item.kind)
        .join(ranked, and_(ranked.c.customer_id == item.customer_id, ranked.c.id == item.id))
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(ranked.c.place <= most)
        .order_by(item.due_on, ranked.c.place)
    )


def one(number: str, item_id: int) -> Select:
    """One item of the customer with this number, and the customer; of these kinds only."""
    return (
        select(DueItem, Customer)
        .join(Customer, Customer.customer_id == DueItem.customer_id)
        .where(Customer.number == number, DueItem.id == item_id, DueItem.kind.in_(KINDS))
    )


def figures(wanted: Wanted) -> Select:
    """One row over what is open, whatever state and days were asked for: overdue, due_today, tried, moved."""
    item, on = DueItem, wanted.on
    counted = {
        "overdue": item.due_on < on, "due_today": item.due_on == on, "tried": item.attempts > 0,
        "moved": item.due_on != item.original_due_on,
    }  # fmt: skip
    return (
        select(*(func.count(item.id).filter(when).label(name) for name, when in counted.items()))
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(*_asked(replace(wanted, state="open", first=None, last=None)))
    )


def managers() -> Select:
    """Relationship managers, whose visits may be looked at: id, login, name, branch_id."""
    found = select(Staff.id, Staff.login, Staff.name, Staff.branch_id).where(Staff.role == "manager", Staff.active)
    return found.order_by(Staff.branch_id, Staff.name, Staff.id)


def _asked(wanted: Wanted) -> list[ColumnElement[bool]]:
    item = DueItem
    found = [item.kind == wanted.kind if wanted.kind in KINDS else item.kind.in_(KINDS)]
    if wanted.owner_id is not None:
        found.append(item.owner_id == wanted.owner_id if wanted.owner_id else item.owner_id.is_(None))
    if wanted.first is not None and wanted.last is not None:
        found.append(item.due_on.between(wanted.first, wanted.last))
    return found + _in_state(wanted)


def _in_state(wanted: Wanted) -> list[ColumnElement[bool]]:
    """`missed`: dropped by a person, or because its day was over. `moved`: on another day than at first."""
    item, on = DueItem, wanted.on
    open_ = item.state == "open"
    return {
        "open": [open_], "due": [open_, item.due_on >= on], "overdue": [open_, item.due_on < on],
        "done": [item.state == "done"], "missed": [item.state == "dropped"],
        "moved": [item.due_on != item.original_due_on],
    }.get(wanted.state, [])  # fmt: skip
