"""Carrying out what two people agreed on: the one way past the scope of who gave the last consent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select

from lib.store.mask import View, viewing
from lib.store.models import ChangeRequest, ChangeStep
from lib.store.scope import PassesBy
from lib.store.session import StoreSession
from lib.store.writes import concerned


@contextmanager
def applying(session: StoreSession, request: ChangeRequest) -> Iterator[None]:
    """Inside, the session reaches and changes the customers of the request, in the name of who consented.

    A request that concerns several names their ids as `customers` of what it would make so (`after`); its author
    reached all of them when it was written. PassesBy unless the request is accepted and somebody other than its
    author agreed in this transaction's view.
    """
    session.flush()
    step = ChangeStep
    agreed = session.scalars(
        select(step.staff_id).where(
            step.customer_id == request.customer_id, step.request_id == request.id, step.act == "agreed"
        )
    ).all()
    if request.state != "accepted" or not agreed or request.requested_by in agreed:
        raise PassesBy("only what two people agreed on is carried out")
    before = session.scope
    session.scope = replace(before, customers="bank", cases="bank", masked_names=False)
    session.applying |= concerned(request)
    try:
        with viewing(View()):
            yield
            session.flush()
    finally:
        session.scope = before
        session.applying.clear()
