"""Reading what talking points are drawn from, for a handful of customers at once: a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, union_all

from lib.care.talking import Known, Maturing
from lib.settings import bank_day
from lib.store.models import Account, Case, Customer, CustomerQuarter, Holding, LifeEvent, Product
from lib.store.session import StoreSession

_HORIZON, _RECENT = timedelta(days=90), timedelta(days=90)
#: events that are the bank's own bookkeeping and nothing to talk about
_OF_THE_BANK = ("information_verified", "maturity")


def known(
    session: StoreSession, customers: Sequence[Customer], cases: Sequence[Case], talks: Mapping[int, Any], on: date,
    run: tuple[str, int] | None,
) -> dict[int, Known]:  # fmt: skip
    """What is known of these customers by id. `cases` are their open ones, `talks` their last conversations, `run`
    quarter and version of the newest facts; the tier above and what is lacking are left to who knows these rules."""
    ids = [one.customer_id for one in customers]
    facts, maturing, events = _facts(session, ids, run), _maturing(session, ids, on), _events(session, ids, on)
    complaints = {case.customer_id: case.number for case in cases if case.kind == "complaint"}
    return {
        one.customer_id: _known(one, facts.get(one.customer_id), talks.get(one.customer_id), on,
                                maturing[one.customer_id], events[one.customer_id],
                                complaints.get(one.customer_id, ""))
        for one in customers
    }  # fmt: skip


def _known(
    of: Customer, facts: CustomerQuarter | None, talk: Any, on: date, maturing: Sequence[Maturing],
    events: Sequence[tuple[str, date]], complaint: str,
) -> Known:  # fmt: skip
    invests = of.kind == "personal" and bool(facts and facts.has_wealth)
    return Known(
        of.customer_id, facts, maturing, events, (talk.next_step or "") if talk else "",
        bank_day(talk.happened_at) if talk else None, complaint, invests, of.risk_capacity_until,
        " ".join(part for part in (of.service_wishes, of.preferences) if part), of.opened_on, of.no_automated_advice,
    )  # fmt: skip


def _facts(session: StoreSession, ids: Sequence[int], run: tuple[str, int] | None) -> dict[int, CustomerQuarter]:
    if run is None:
        return {}
    q = CustomerQuarter
    found = select(q).where(q.customer_id.in_(ids), q.quarter == run[0], q.version == run[1])
    return {one.customer_id: one for one in session.scalars(found)}


def _maturing(session: StoreSession, ids: Sequence[int], on: date) -> dict[int, list[Maturing]]:
    """What they hold that matures within 90 days, loans left out."""
    within = (on, on + _HORIZON)
    held = (
        select(Holding.customer_id, Product.name, Holding.category, Holding.amount_fen, Holding.currency,
               Holding.matures_on)
        .join(Product, Product.id == Holding.product_id)
        .where(Holding.customer_id.in_(ids), Holding.ended_on.is_(None), Holding.matures_on.between(*within))
    )  # fmt: skip
    saved = (
        select(Account.customer_id, Product.name, Account.category, Account.principal_fen, Account.currency,
               Account.matures_on)
        .outerjoin(Product, Product.id == Account.product_id)
        .where(Account.customer_id.in_(ids), Account.closed_on.is_(None), Account.category == "deposit",
               Account.matures_on.between(*within))
    )  # fmt: skip
    found: dict[int, list[Maturing]] = defaultdict(list)
    row: Any
    for row in session.execute(union_all(held, saved)):
        found[row.customer_id].append(Maturing(row[1] or "", row[3] or 0, row[4], row[5]))
    return found


def _events(session: StoreSession, ids: Sequence[int], on: date) -> dict[int, list[tuple[str, date]]]:
    event = LifeEvent
    recent = select(event.customer_id, event.kind, event.happened_on).where(
        event.customer_id.in_(ids), event.happened_on.between(on - _RECENT, on), event.kind.not_in(_OF_THE_BANK)
    )
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for customer_id, kind, when in session.execute(recent):
        found[customer_id].append((kind, when))
    return found
