"""An event to work with, and ways to look at it past every scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lib.engagement import attending, planning
from lib.engagement.rules import EventForm
from lib.settings import business_now
from lib.store.bulk import bulk
from lib.store.models import Customer, DueItem, Event, Invitation, Referral
from lib.store.session import open_session
from tests.cast import NORTH, STAFF, scope


def form(**changes: Any) -> EventForm:
    """An event of the north branch in a week."""
    said: dict[str, Any] = {
        "title": "稳健理财讲座", "kind": "lecture", "starts_at": business_now() + timedelta(days=7),
        "place": "三楼会议室", "seats": 2, "host_id": STAFF["head.wang"][0], "branch_id": NORTH,
        "cost_fen": 300_000, "topics": "养老",
    }  # fmt: skip
    return EventForm(**{**said, **changes})


def planned(login: str = "head.wang", state: str = "open", **changes: Any) -> int:
    """The id of a new event, taken to a state: draft, open or held (its day then lies behind)."""
    with open_session(scope(login), "test", write=True) as session:
        row = planning.plan(session, form(**changes))
        event_id: int = row.id
    if state != "draft":
        moved(event_id, "open", login)
    if state == "held":
        let_pass(event_id)
        moved(event_id, "held", login)
    return event_id


def moved(event_id: int, to: str, login: str = "head.wang", why: str = "") -> None:
    """Take it to a state as somebody."""
    version = event(event_id).version
    with open_session(scope(login), "test", write=True) as session:
        planning.move(session, event_id, version, to, why)


def let_pass(event_id: int, days: int = 1) -> None:
    """Its day is behind us."""
    with bulk("test") as session:
        session.get_one(Event, event_id).starts_at = business_now() - timedelta(days=days)


def registered(event_id: int, customer_id: int, login: str = "head.wang") -> str:
    """Register a customer as somebody."""
    with open_session(scope(login), "test", write=True) as session:
        return attending.register(session, event_id, customer_id)


def withdrawn(event_id: int, customer_id: int, login: str = "head.wang") -> int:
    """Withdraw a customer as somebody."""
    with open_session(scope(login), "test", write=True) as session:
        return attending.withdraw(session, event_id, customer_id)


def ticked(event_id: int, came: dict[int, bool], login: str = "head.wang") -> attending.Ticked:
    """Tick guests as somebody."""
    with open_session(scope(login), "test", write=True) as session:
        return attending.tick(session, event_id, came)


def event(event_id: int) -> Event:
    """The event as it stands."""
    with bulk("look", write=False) as session:
        return session.get_one(Event, event_id)


def guests(event_id: int) -> dict[int, Invitation]:
    """Its guests by customer."""
    with bulk("look", write=False) as session:
        rows = session.scalars(select(Invitation).where(Invitation.event_id == event_id))
        return {row.customer_id: row for row in rows}


def items(customer_id: int) -> list[DueItem]:
    """What is to be done after events for a customer."""
    with bulk("look", write=False) as session:
        wanted = select(DueItem).where(DueItem.customer_id == customer_id, DueItem.kind == "event")
        return list(session.scalars(wanted.order_by(DueItem.id)))


def changed(customer_id: int, **values: Any) -> None:
    """Change a customer past every scope."""
    with bulk("test") as session:
        row = session.get_one(Customer, customer_id)
        for name, value in values.items():
            setattr(row, name, value)


def referral(referrer_id: int, referred_id: int) -> Referral:
    """A referral as it stands."""
    with bulk("look", write=False) as session:
        return session.get_one(Referral, (referrer_id, referred_id))


def at(text: str) -> datetime:
    """An aware moment."""
    return datetime.fromisoformat(text)
