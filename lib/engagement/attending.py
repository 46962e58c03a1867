"""Guests of an event: registered while seats last, waiting, withdrawn, moved up, ticked; and who is to be spoken with.

The event's row is locked before a guest's: of two who take the last seat the second sees it taken and waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lib.engagement.rules import follow_up_by, takes_ticks
from lib.settings import bank_day, business_now, today
from lib.store.book import rulebook
from lib.store.guests import runs
from lib.store.models import Customer, DueItem, Event, Invitation
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.work import due

#: the kind of a due item for who came
FOLLOW_UP = "event"


@dataclass(frozen=True)
class Ticked:
    """What a tick list changed: who is there now and was not before, and who is no more. Points may rest on it."""

    came: tuple[int, ...]
    undone: tuple[int, ...]


def register(session: StoreSession, event_id: int, customer_id: int) -> str:
    """Give a customer a seat, or a place in the line where none is free or others wait: registered | waiting.

    A customer of one's own need not have been invited. Registering again changes nothing.
    """
    event = _locked(session, event_id)
    if event.state != "open" or event.starts_at <= business_now():
        raise Refused(_("活动不在报名中。"))
    guest = _guest(session, event_id, customer_id)
    if guest is not None and guest.state in ("registered", "waiting", "attended"):
        return guest.state
    now = business_now()
    free = event.taken < event.seats and not event.waiting
    if guest is None:
        _need_reached(session, customer_id)
        guest = Invitation(customer_id=customer_id, event_id=event_id, invited_at=now, version=1,
                           staff_id=session.scope.staff_id)  # fmt: skip
    if free:
        guest.state, guest.registered_at, event.taken = "registered", now, event.taken + 1
    else:
        guest.state, guest.waiting_at, event.waiting = "waiting", now, event.waiting + 1
    session.add(guest)
    session.flush()
    return guest.state


def withdraw(session: StoreSession, event_id: int, customer_id: int) -> int:
    """A guest does not come after all, or declines; the seat is free. How many moved up: by who runs the event."""
    event = _locked(session, event_id)
    if event.state not in ("draft", "open"):
        raise Refused(_("活动已举办或取消，名单不再变动。"))
    guest = _guest(session, event_id, customer_id)
    if guest is None or guest.state in ("declined", "attended"):
        raise Refused(_("客户不在名单上，或已到场、已谢绝。"))
    if guest.registered_at is not None:
        guest.registered_at, event.taken = None, event.taken - 1
    if guest.state == "waiting":
        event.waiting -= 1
    guest.state, guest.waiting_at = "declined", None
    session.flush()
    return promote(session, event_id) if runs(session.scope, event) else 0


def promote(session: StoreSession, event_id: int) -> int:
    """Move up who waits, in their order, while seats are free; for who runs the event and so sees the whole line."""
    event = _locked(session, event_id)
    if not runs(session.scope, event) or event.state != "open":
        raise Refused(_("候补由活动的主办方在报名期间递补。"))
    line = select(Invitation).where(Invitation.event_id == event_id, Invitation.state == "waiting")
    line = line.order_by(Invitation.waiting_at, Invitation.customer_id).with_for_update(of=Invitation)
    moved = session.scalars(line.limit(max(0, event.seats - event.taken))).all()
    for guest in moved:
        guest.state, guest.registered_at, guest.waiting_at = "registered", business_now(), None
        event.taken, event.waiting = event.taken + 1, event.waiting - 1
    session.flush()
    return len(moved)


def tick(session: StoreSession, event_id: int, came: Mapping[int, bool]) -> Ticked:
    """Who of these guests is there, and who is not after all; who came is spoken with (rule event.follow_up_days).

    A guest without a seat may come too; unticked, each is again what they were. Refused before the day of the event
    and once it is closed.
    """
    event = _locked(session, event_id)
    if not takes_ticks(event.state, event.starts_at, business_now()):
        raise Refused(_("签到从活动当天开始，到活动总结为止。"))
    mine = (Invitation.event_id == event_id, Invitation.customer_id.in_(list(came)))
    guests = session.scalars(select(Invitation).where(*mine).order_by(Invitation.customer_id)).all()
    arrived, undone = [], []
    for guest in guests:
        there = came[guest.customer_id]
        if there and guest.state != "attended":
            event.waiting -= guest.state == "waiting"
            guest.state, guest.ticked_at, guest.waiting_at = "attended", business_now(), None
            arrived.append(guest.customer_id)
        elif not there and guest.state == "attended":
            guest.state, guest.ticked_at = ("registered" if guest.registered_at else "invited"), None
            undone.append(guest.customer_id)
    session.flush()
    _follow_up(session, event, arrived, undone)
    return Ticked(tuple(arrived), tuple(undone))


def _follow_up(session: StoreSession, event: Event, arrived: list[int], undone: list[int]) -> None:
    """Plan the conversation after the event for who came; drop it for who did not after all."""
    held = bank_day(event.starts_at)
    by, key = max(today(), follow_up_by(held, rulebook(), today())), f"event-{event.id}"
    asked = select(Customer.customer_id).where(
        Customer.customer_id.in_(arrived), Customer.do_not_contact.is_(False), Customer.merged_into_id.is_(None)
    )
    for customer_id in session.scalars(asked.order_by(Customer.customer_id)).all():
        _plan(session, customer_id, by, key, event.title, held)
    item = DueItem
    void = (item.customer_id.in_(undone), item.kind == FOLLOW_UP, item.subject_key == key, item.state == "open")
    for one in session.scalars(select(item).where(*void)).all():
        due.drop(session, one, one.version, _("签到更正：未到场"))


def _plan(session: StoreSession, customer_id: int, by: date, key: str, title: str, held: date) -> None:
    due.plan(session, customer_id, FOLLOW_UP, by, subject_key=key, about=title, about_on=held)


def _locked(session: StoreSession, event_id: int) -> Event:
    """The event as it stands now, nobody else's to change until this transaction ends."""
    wanted = select(Event).where(Event.id == event_id).with_for_update(of=Event)
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise Refused(_("没有这项活动，或它不在你的权限范围内。"))
    return row


def _guest(session: StoreSession, event_id: int, customer_id: int) -> Invitation | None:
    wanted = select(Invitation).where(Invitation.event_id == event_id, Invitation.customer_id == customer_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def _need_reached(session: StoreSession, customer_id: int) -> None:
    c = Customer
    row = session.execute(select(c.stage, c.merged_into_id).where(c.customer_id == customer_id)).one_or_none()
    if row is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if row.stage not in ("customer", "prospect") or row.merged_into_id is not None:
        raise Refused(_("只邀请本行客户与潜在客户。"))
