"""Saying who brought a customer: the one named is found past the scope, and nobody is brought by who they brought."""

from __future__ import annotations

from sqlalchemy import select

from lib.store.door import link_of
from lib.store.models import Customer
from lib.store.prospect import referrer
from lib.store.session import Refused, StoreSession, save
from lib.words import _


def name_referrer(session: StoreSession, customer_id: int, read_version: int, number: str) -> int:
    """Keep who brought a customer, once; the id of that one. The customer is within reach, the other need not be.

    Raises Refused for an unknown number, oneself, one who was brought by this customer (through however many), or
    where somebody is named already; Conflict when the customer was saved since `read_version`.
    """
    by = referrer(session, number)
    if by is None:
        raise Refused(_("没有客户号为“{number}”的推荐客户。").format(number=number.strip()))
    _lock(session, by, customer_id)
    customer = session.get(Customer, customer_id)
    if customer is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.referred_by_id is not None:
        raise Refused(_("这位客户已登记过推荐人。"))
    if by == customer_id:
        raise Refused(_("推荐人不能是客户本人。"))
    if customer_id in _above(session, by):
        raise Refused(_("推荐人是由这位客户（直接或间接）推荐来的，不能反过来推荐。"))
    save(session, customer, read_version, {"referred_by_id": by})
    session.flush()
    return by


def _lock(session: StoreSession, *ids: int) -> None:
    """Both rows, in one order: of two who name one another at once the second sees the first."""
    table = Customer.__table__.c
    rows = select(table.customer_id).where(table.customer_id.in_(sorted(ids))).order_by(table.customer_id)
    link_of(session).execute(rows.with_for_update()).all()


def _above(session: StoreSession, customer_id: int) -> set[int]:
    """Who brought a customer, and who brought that one, and so on; whoever's they are."""
    table, found = Customer.__table__.c, set[int]()
    at: int | None = customer_id
    while at is not None and at not in found:
        found.add(at)
        at = link_of(session).scalar(select(table.referred_by_id).where(table.customer_id == at))
    return found
