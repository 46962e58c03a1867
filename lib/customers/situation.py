"""Reading what the next best steps of a customer are drawn from."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from lib.customers import money, peers
from lib.customers.due import refresh_due
from lib.customers.read import last_contact
from lib.customers.steps import Maturing, OnSale, Situation
from lib.rulebook import Rulebook
from lib.settings import bank_day
from lib.store.models import Contact, Customer, CustomerQuarter, DueItem, PeerQuarter
from lib.store.session import StoreSession
from lib.work.contacts import REACHED


def situation(
    session: StoreSession,
    customer: Customer,
    ids: Sequence[int],
    latest: CustomerQuarter | None,
    due: Sequence[DueItem],
    maturing: Sequence[Any],
    cases: Sequence[Any],
    book: Rulebook,
    on: date,
) -> Situation:
    """The customer as the steps see it: what the portrait has read already, and what it has not."""
    reached = session.scalar(last_contact(ids))
    group = group_of(session, latest)
    least: int = book.value("steps.offer_percent", on)
    phone = customer.phone_hash is not None
    return Situation(
        kind=customer.kind,
        tier=customer.tier,
        since=customer.opened_on or customer.known_since,
        watch=latest.watch if latest else 0,
        capacity=customer.risk_capacity,
        capacity_until=customer.risk_capacity_until,
        invests=bool(latest and latest.has_wealth) or any(one.category == "wealth" for one in maturing),
        rating=customer.risk_rating,
        do_not_contact=customer.do_not_contact,
        no_automated_advice=customer.no_automated_advice,
        complaint=any(case.kind == "complaint" for case in cases),
        has_phone=phone,
        reached=bank_day(reached) if reached else None,
        met=last_meeting(session, ids) if customer.kind == "corporate" else None,
        unreached=session.scalar(_unreached(ids, reached)) or 0,
        refresh_due=refresh_due(customer.kind, customer.verified_on or customer.known_since, book, on)
        if customer.stage == "customer"
        else None,
        birthday=next_birthday(customer.birth_date, on) if customer.kind == "personal" else None,
        maturing=[Maturing(row.product or "", row.category, row.matures_on) for row in maturing],
        lacks=peers.lacking(latest, peers.shares(group), least) if latest and group else [],
        on_sale=[OnSale(*row) for row in session.execute(money.on_sale(customer.kind))],
        planned=frozenset(item.kind for item in due),
        birth_date=customer.birth_date,
    )


def last_meeting(session: StoreSession, ids: Sequence[int]) -> date | None:
    """The day of the last communication meeting with a firm (办法 §五.1)."""
    held = select(func.max(Contact.happened_at)).where(
        Contact.customer_id.in_(ids), Contact.purpose == "meeting", Contact.outcome.in_(REACHED)
    )
    at = session.scalar(held)
    return bank_day(at) if at else None


def group_of(session: StoreSession, latest: CustomerQuarter | None) -> PeerQuarter | None:
    """The group to compare with in the newest quarter; None where there is none large enough."""
    if latest is None:
        return None
    rows = session.scalars(peers.peers(latest, [latest.quarter])).all()
    return peers.nearest(rows, peers.band_of(latest)).get(latest.quarter)


def next_birthday(born: date | None, on: date) -> date | None:
    """The next birthday from a day on; one of 29 February falls on the 28th in other years."""
    if born is None:
        return None
    for year in (on.year, on.year + 1):
        missing = (born.month, born.day) == (2, 29) and not isleap(year)
        that = date(year, 2, 28) if missing else born.replace(year=year)
        if that >= on:
            return that
    return None


def _unreached(ids: Sequence[int], reached: Any) -> Any:
    """How often nobody was reached since somebody was."""
    tried = select(func.count()).where(Contact.customer_id.in_(ids), Contact.outcome == "not_reached")
    return tried if reached is None else tried.where(Contact.happened_at > reached)
