"""Entering a person or firm the bank did not know: row, number, identity number and name index, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from lib.settings import today
from lib.store import mask
from lib.store.crypto import blind, seal
from lib.store.door import link_of
from lib.store.identities import kind_of_paper
from lib.store.ids import new_id
from lib.store.models import Customer, CustomerNumber, IdentityRegistry
from lib.store.numbers import new_customer_number
from lib.store.search import put
from lib.store.session import Refused, StoreSession
from lib.words import _


@dataclass(frozen=True)
class Newcomer:
    """Who is to be entered. `identity` is a person's paper or a firm's credit code; numbers are tidied already."""

    kind: str
    name: str
    phone: str | None = None
    identity: str | None = None
    email: str | None = None
    address: str | None = None
    legal_representative: str | None = None
    gender: str | None = None
    birth_date: date | None = None
    source: str | None = None
    notes: str | None = None
    referred_by_id: int | None = None


def enter(
    session: StoreSession, who: Newcomer, stage: str, manager_id: int | None = None, branch_id: int | None = None
) -> tuple[int, str]:
    """Add the row, known since today; its id and number. The caller decides who may do this, for whom, and as what.

    Raises Refused when the identity number was given to another a moment ago.
    """
    customer_id, number = new_id(), new_customer_number(session)
    session.entering.add(customer_id)
    session.add(CustomerNumber(number=number, customer_id=customer_id))
    session.add(Customer(
        customer_id=customer_id, number=number, kind=who.kind, stage=stage, name=who.name, known_since=today(),
        phone_masked=mask.phone(who.phone) if who.phone else None,
        phone_sealed=seal(who.phone) if who.phone else None,
        phone_hash=blind("phone", who.phone) if who.phone else None,
        identity_kind=kind_of_paper(who.kind, who.identity) if who.identity else None,
        identity_masked=mask.identity(who.identity) if who.identity else None,
        identity_sealed=seal(who.identity) if who.identity else None,
        identity_hash=blind("identity", who.identity) if who.identity else None,
        email=who.email, address=who.address, legal_representative=who.legal_representative, gender=who.gender,
        birth_date=who.birth_date, source=who.source, notes=who.notes, referred_by_id=who.referred_by_id,
        manager_id=manager_id, branch_id=branch_id,
    ))  # fmt: skip
    if who.identity:
        _register(session, blind("identity", who.identity), customer_id)
    put(link_of(session), [(customer_id, who.name)], fresh=True)
    return customer_id, number


def _register(session: StoreSession, identity_hash: str, customer_id: int) -> None:
    held = {"identity_hash": identity_hash, "customer_id": customer_id}
    try:
        link_of(session).execute(insert(IdentityRegistry).values(held))
    except IntegrityError as taken:
        raise Refused(_("这个证件号刚刚由另一位同事登记，请重新查找。")) from taken
