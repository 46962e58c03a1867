"""Whom the customer is related to, and who brought whom: read in both directions, names only within reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, or_, select

from lib.store.models import Customer, Relation
from lib.store.session import StoreSession


class Related(NamedTuple):
    """One relation seen from the customer; `back` if it was written down on the other's side.

    `other` is None where the other customer is out of the reader's reach.
    """

    kind: str
    back: bool
    since_day: date | None
    other: Customer | None


def relations(ids: Sequence[int]) -> Select[Relation]:
    """The relations a customer has with others, whichever side they were written down on."""
    row = Relation
    outward = row.customer_id.in_(ids) & row.other_customer_id.not_in(ids)
    inward = row.other_customer_id.in_(ids) & row.customer_id.not_in(ids)
    return select(row).where(or_(outward, inward)).order_by(row.kind, row.since_day, row.customer_id, row.id)


def related(session: StoreSession, ids: Sequence[int]) -> list[Related]:
    """The relations with who is on the other side, as far as the scope reaches."""
    found = session.scalars(relations(ids)).all()
    sides = [row.customer_id if row.customer_id not in ids else row.other_customer_id for row in found]
    known = _customers(session, sides)
    return [
        Related(row.kind, row.customer_id not in ids, row.since_day, known.get(side))
        for row, side in zip(found, sides, strict=True)
    ]


def referred(ids: Sequence[int]) -> Select[Customer]:
    """The customers this one brought, within the scope, the newest first."""
    brought = (Customer.referred_by_id.in_(ids), Customer.customer_id.not_in(ids), Customer.merged_into_id.is_(None))
    return select(Customer).where(*brought).order_by(Customer.known_since.desc(), Customer.customer_id)


def referrer(session: StoreSession, ids: Sequence[int]) -> tuple[bool, Customer | None]:
    """Whether somebody brought this customer, and who: None out of the scope's reach."""
    named = (Customer.customer_id.in_(ids), Customer.referred_by_id.is_not(None), Customer.referred_by_id.not_in(ids))
    by = session.scalars(select(Customer.referred_by_id).where(*named).order_by(Customer.customer_id)).first()
    return (False, None) if by is None else (True, _customers(session, [by]).get(by))


def _customers(session: StoreSession, wanted: Sequence[int]) -> dict[int, Customer]:
    """Those of the customers whom the scope reaches, by id."""
    found = session.scalars(select(Customer).where(Customer.customer_id.in_(set(wanted))))
    return {customer.customer_id: customer for customer in found}
