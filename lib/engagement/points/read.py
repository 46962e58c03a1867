"""Reads of points: balances, what is left by day, the entries of a customer, who loses points soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from lib.engagement.points.rules import Lot, remaining
from lib.store.models import Customer, PointAccount, PointEntry, Staff
from lib.store.points import CUSTOMER, UNDO
from lib.store.session import StoreSession

_e, _a, _c = PointEntry, PointAccount, Customer


def balance(ids: Sequence[int]) -> Select[int]:
    """What the records of one customer have together; reads follow a merge, no entry moves."""
    return select(func.coalesce(func.sum(_a.balance), 0)).where(_a.customer_id.in_(ids))


def lots(session: StoreSession, ids: Sequence[int]) -> dict[int, list[Lot]]:
    """What is left of each record's points, by the last day they are good for."""
    side = (_e.customer_id.in_(ids), _e.account == CUSTOMER)
    given: dict[int, list[tuple[date, int]]] = {}
    found = select(_e.customer_id, _e.expires_on, func.sum(_e.points)).where(*side, _e.points > 0)
    for customer_id, until, points in session.execute(found.group_by(_e.customer_id, _e.expires_on)):
        given.setdefault(customer_id, []).append((until or date.max, int(points)))
    taken = select(_e.customer_id, func.sum(_e.points)).where(*side, _e.points < 0).group_by(_e.customer_id)
    used = {customer_id: -int(points) for customer_id, points in session.execute(taken)}
    return {one: remaining(of, used.get(one, 0)) for one, of in given.items()}


def entries(ids: Sequence[int]) -> Select:
    """The customer's side of the ledger, the newest first: booked_on, kind, code, points, quantity, expires_on,
    happened_on, reason, deed, by whom as `staff`, and the correction that took it back as `undone`."""
    back = aliased(PointEntry)
    columns = (_e.customer_id, _e.booked_on, _e.kind, _e.code, _e.points, _e.quantity, _e.expires_on, _e.happened_on,
               _e.reason, _e.deed, _e.staff_id, Staff.name.label("staff"), back.deed.label("undone"))  # fmt: skip
    taken_back = and_(back.customer_id == _e.customer_id, back.deed == UNDO + _e.deed, back.account == CUSTOMER)
    query = select(*columns).outerjoin(Staff, Staff.id == _e.staff_id).outerjoin(back, taken_back)
    return query.where(_e.customer_id.in_(ids), _e.account == CUSTOMER).order_by(
        _e.booked_on.desc(), _e.at.desc(), _e.deed
    )


def redeemed_lately(since: date, branch_id: int | None = None) -> Select:
    """Redemptions within reach since a day, the newest first: whose, what, how many, by whom, taken back or not."""
    back = aliased(PointEntry)
    taken_back = and_(back.customer_id == _e.customer_id, back.deed == UNDO + _e.deed, back.account == CUSTOMER)
    columns = (_e.booked_on, _c.number, _c.name, _e.code, _e.quantity, _e.points, Staff.name.label("staff"),
               back.deed.label("undone"))  # fmt: skip
    query = select(*columns).join(_c, _c.customer_id == _e.customer_id).outerjoin(Staff, Staff.id == _e.staff_id)
    here = [] if branch_id is None else [_c.branch_id == branch_id]
    return (
        query.outerjoin(back, taken_back)
        .where(_e.account == CUSTOMER, _e.kind == "redeem", _e.booked_on >= since, *here)
        .order_by(_e.booked_on.desc(), _e.at.desc(), _e.customer_id, _e.deed)
    )


def expiring(until: date, branch_id: int | None = None) -> Select:
    """Customers within reach whose points begin to expire by a day, the first to lose them first."""
    columns = (_c.number, _c.name, _c.tier, _a.expiring_on, _a.expiring, _a.balance, Staff.name.label("manager"))
    query = select(*columns).join(_c, _c.customer_id == _a.customer_id).outerjoin(Staff, Staff.id == _c.manager_id)
    return query.where(*_soon(until, branch_id)).order_by(_a.expiring_on, _a.expiring.desc(), _a.customer_id)


def expiring_sums(until: date, branch_id: int | None = None) -> Select:
    """How many customers within reach begin to lose points by a day, and how many points each loses first."""
    sums = select(func.count(), func.coalesce(func.sum(_a.expiring), 0))
    return sums.select_from(_a).join(_c, _c.customer_id == _a.customer_id).where(*_soon(until, branch_id))


def _soon(until: date, branch_id: int | None) -> list[ColumnElement[bool]]:
    here = [] if branch_id is None else [_c.branch_id == branch_id]
    return [_a.expiring_on <= until, _a.balance > 0, *here]
