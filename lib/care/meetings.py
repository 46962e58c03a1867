"""季度沟通会: meetings with firms in a quarter, what was agreed and how it stands, firms without one (办法 §五.1)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, select

from lib.settings import day_end, day_start
from lib.store.models import Contact, Customer, DueItem, Staff
from lib.store.quarter import Quarter
from lib.work.contacts import REACHED


def held(quarter: Quarter, staff_id: int | None = None) -> Select:
    """The meetings that took place in a quarter, the newest first: id, customer_id, happened_at, attendees, note,
    number, name, tier, staff."""
    c = Contact
    found = (
        select(c.id, c.customer_id, c.happened_at, c.attendees, c.note, Customer.number, Customer.name, Customer.tier,
               Staff.name.label("staff"))
        .join(Customer, Customer.customer_id == c.customer_id)
        .outerjoin(Staff, Staff.id == c.staff_id)
        .where(*_meeting(quarter))
    )  # fmt: skip
    if staff_id is not None:
        found = found.where(Customer.manager_id == staff_id)
    return found.order_by(c.happened_at.desc(), c.customer_id, c.id)


def actions(meetings: Sequence[int]) -> Select[DueItem]:
    """What was agreed in these meetings (ids of contacts), by its day."""
    return (
        select(DueItem)
        .where(DueItem.contact_id.in_(meetings), DueItem.kind == "follow_up")
        .order_by(DueItem.contact_id, DueItem.due_on, DueItem.id)
    )


def without(quarter: Quarter, staff_id: int | None = None) -> Select:
    """Firms with no meeting in a quarter, the best tier's first to plan: number, name, tier, manager, last_at (their
    last meeting ever), planned_on (an open one)."""
    c = Contact
    last = (
        select(func.max(c.happened_at)).where(c.customer_id == Customer.customer_id, c.purpose == "meeting",
                                              c.outcome.in_(REACHED))
        .correlate(Customer).scalar_subquery().label("last_at")
    )  # fmt: skip
    planned = (
        select(func.min(DueItem.due_on)).where(DueItem.customer_id == Customer.customer_id, DueItem.kind == "meeting",
                                               DueItem.state == "open")
        .correlate(Customer).scalar_subquery().label("planned_on")
    )  # fmt: skip
    took_place = select(c.id).where(c.customer_id == Customer.customer_id, *_meeting(quarter)).correlate(Customer)
    found = (
        select(Customer.customer_id, Customer.number, Customer.name, Customer.tier, Staff.name.label("manager"), last,
               planned)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
        .where(*firms(), ~took_place.exists())
    )  # fmt: skip
    if staff_id is not None:
        found = found.where(Customer.manager_id == staff_id)
    return found.order_by(planned.is_(None), planned, Customer.customer_id)


def firms() -> list[ColumnElement[bool]]:
    """The firms a meeting is owed to: customers, not asked to be left alone."""
    c = Customer
    return [c.kind == "corporate", c.stage == "customer", c.merged_into_id.is_(None), c.do_not_contact.is_(False)]


def _meeting(quarter: Quarter) -> list[ColumnElement[bool]]:
    c = Contact
    within = and_(c.happened_at >= day_start(quarter.start), c.happened_at < day_end(quarter.end))
    return [c.purpose == "meeting", c.outcome.in_(REACHED), within]
