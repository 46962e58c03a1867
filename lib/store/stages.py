"""A customer's stage moves: an outsider becomes a prospect, a prospect a customer; nothing else changes with it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from lib.store.ids import new_id
from lib.store.models import Assignment, Customer
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, StoreSession, save
from lib.words import _

#: stage before and after → the columns the move writes; what a form otherwise never changes
MOVES = {("outsider", "prospect"): ("stage",), ("prospect", "customer"): ("stage", "opened_on")}


def held_customer(session: StoreSession, customer_id: int, read_version: int) -> Customer:
    """The customer within reach, locked until the transaction ends.

    Raises Refused out of reach and for a record that was merged, Conflict when it was saved since `read_version`.
    """
    mine = select(Customer).where(Customer.customer_id == customer_id).with_for_update(of=Customer)
    customer = session.scalars(mine.execution_options(populate_existing=True)).one_or_none()
    if customer is None or session.scope.narrow or customer.merged_into_id is not None:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.version != read_version:
        raise Conflict({"stage": customer.stage, "opened_on": customer.opened_on}, customer.version)
    return customer


def move_stage(session: StoreSession, customer: Customer, stage: str, opened_on: date | None = None) -> None:
    """Move a customer within reach to the next stage; one that becomes a customer has an owner's history from then on.

    PassesBy for any other move, and for an opening day that is missing or not of this move.
    """
    columns = MOVES.get((customer.stage, stage))
    if columns is None or ("opened_on" in columns) != (opened_on is not None):
        raise PassesBy(f"no move from {customer.stage} to {stage}")
    session.flush()  # what else was changed is judged without the release
    session.released[customer.customer_id] = frozenset(columns)
    try:
        changes = {"stage": stage} | ({"opened_on": opened_on} if opened_on else {})
        save(session, customer, customer.version, changes)
        session.flush()
        if opened_on is not None:
            _begin_ownership(session, customer, opened_on)
    finally:
        session.released.clear()


def _begin_ownership(session: StoreSession, customer: Customer, day: date) -> None:
    """The first entry of the history of owners, where there is an owner and no history."""
    known = select(Assignment.id).where(Assignment.customer_id == customer.customer_id).limit(1)
    if (customer.manager_id or customer.branch_id) is None or session.scalar(known) is not None:
        return
    session.add(Assignment(customer_id=customer.customer_id, id=new_id(), since_day=day,
                           manager_id=customer.manager_id, branch_id=customer.branch_id))  # fmt: skip
    session.flush()
