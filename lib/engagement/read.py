"""Events and their guests as read: the list, one event's guests, a customer's own events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.orm import aliased

from lib.store.models import Branch, Customer, Event, Invitation, Staff


@dataclass(frozen=True)
class Wanted:
    """Which events: to come or over (`when`: coming | past | all), of a kind, of a community."""

    now: datetime
    when: str = "coming"
    kind: str = ""
    community: str = ""


def events(wanted: Wanted) -> Select:
    """Events with their host and branch; those to come by their day, those over from the latest."""
    e = Event
    query = (
        select(e, Staff.name.label("host"), Branch.name.label("branch")).join(Staff, Staff.id == e.host_id)
        .outerjoin(Branch, Branch.id == e.branch_id)
    )  # fmt: skip
    if wanted.kind:
        query = query.where(e.kind == wanted.kind)
    if wanted.community:
        query = query.where(e.community == wanted.community)
    if wanted.when == "coming":
        return query.where(e.state.in_(("draft", "open", "held"))).order_by(e.starts_at, e.id)
    if wanted.when == "past":
        query = query.where(e.state.in_(("closed", "cancelled")))
    return query.order_by(e.starts_at.desc(), e.id)


def counts(ids: Sequence[int]) -> Select:
    """Guests of these events by state, within the reader's reach: event_id, state, seated, things."""
    i = Invitation
    seated = i.registered_at.is_not(None).label("seated")
    things = cast(func.count(), BigInteger).label("things")
    return select(i.event_id, i.state, seated, things).where(i.event_id.in_(ids)).group_by(i.event_id, i.state, seated)


def guests(event_id: int, state: str = "") -> Select:
    """The guests of an event with their manager: who has a seat first, then the line in its order, then the others."""
    i, c, manager = Invitation, Customer, aliased(Staff)
    query = (
        select(
            i.customer_id, i.state, i.registered_at, i.waiting_at, i.ticked_at, i.invited_at, i.version, c.number,
            c.name, c.kind, c.stage, c.tier, c.phone_masked, manager.name.label("manager"),
        )
        .join(c, c.customer_id == i.customer_id).outerjoin(manager, manager.id == c.manager_id)
        .where(i.event_id == event_id)
        .order_by(i.registered_at.is_(None), i.waiting_at.is_(None), i.waiting_at, c.number)
    )  # fmt: skip
    return query.where(i.state == state) if state else query


def of_customer(ids: Sequence[int]) -> Select:
    """The events a customer (and the records merged into it) was asked to, the latest first."""
    i, e = Invitation, Event
    return (
        select(
            e.id, e.title, e.kind, e.starts_at, e.state.label("event_state"), e.community, i.state, i.registered_at,
            i.customer_id,
        )
        .join(e, e.id == i.event_id).where(i.customer_id.in_(ids)).order_by(e.starts_at.desc(), e.id)
    )  # fmt: skip


def open_to(now: datetime) -> Select:
    """Events a customer may be registered for now, the next first: id, title, starts_at, seats, taken, waiting."""
    e = Event
    columns = (e.id, e.title, e.starts_at, e.seats, e.taken, e.waiting)
    return select(*columns).where(e.state == "open", e.starts_at > now).order_by(e.starts_at, e.id)
