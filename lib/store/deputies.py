"""Standing in for a manager: while an item of a customer is a colleague's to do, they reach the customer."""

from __future__ import annotations

from sqlalchemy import select

from lib.store.models import Customer, DueItem, Staff
from lib.store.session import Refused, StoreSession, save
from lib.words import _


def lend(session: StoreSession, customer_id: int, staff_id: int) -> None:
    """Let a manager of the customer's branch stand in for its own; given by the branch's head or the department.

    Only one stands in at a time. Raises Refused for another post, a customer out of reach, and anybody who is no
    relationship manager of that branch.
    """
    if session.scope.role not in ("head", "crm"):
        raise Refused(_("只有支行负责人和客户关系管理部可以安排代管。"))
    customer = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    able = select(Staff.id).where(
        Staff.id == staff_id, Staff.role == "manager", Staff.active, Staff.branch_id == customer.branch_id
    )
    if session.scalar(able) is None:
        raise Refused(_("只能交给同一支行在岗的客户经理。"))
    _set(session, customer, None if staff_id == customer.manager_id else staff_id)


def hand_back(session: StoreSession, customer_id: int) -> None:
    """End the standing in once nothing of the customer is the deputy's to do any more."""
    customer = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if customer is None or customer.deputy_id is None:
        return
    left = select(DueItem.id).where(
        DueItem.customer_id == customer_id, DueItem.owner_id == customer.deputy_id, DueItem.state == "open"
    )
    if session.scalar(left.limit(1)) is None:
        _set(session, customer, None)


def _set(session: StoreSession, customer: Customer, staff_id: int | None) -> None:
    """What a form never changes, released for this one change."""
    if customer.deputy_id == staff_id:
        return
    session.flush()
    session.released[customer.customer_id] = frozenset({"deputy_id"})
    try:
        save(session, customer, customer.version, {"deputy_id": staff_id})
        session.flush()
    finally:
        session.released.clear()
