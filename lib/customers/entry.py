"""Whom something is recorded of: the customer within reach, held until the record is written."""

from __future__ import annotations

from sqlalchemy import select

from lib.store.models import Customer
from lib.store.session import Refused, StoreSession
from lib.words import _


def customer_for_entry(session: StoreSession, customer_id: int) -> Customer:
    """The customer, locked until the transaction ends, so that what is counted of it before writing stays true.

    Raises Refused out of reach and for somebody who is no customer of the bank's.
    """
    mine = select(Customer).where(Customer.customer_id == customer_id).with_for_update(of=Customer)
    customer = session.scalars(mine).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.stage == "outsider":
        raise Refused(_("非本行客户不登记这类记录。"))
    return customer
