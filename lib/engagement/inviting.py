"""Inviting the customers of a list to an event, with who is left out and why counted before anybody is invited.

The list comes in as a select of customer_id, as a campaign's does. Sources: 方案 §4.2 (no over-marketing), §4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, case, cast, func, literal, null, or_, select

from lib.engagement.planning import mine
from lib.engagement.rules import most_invited, takes_guests
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.models import Customer, Event, Invitation
from lib.store.session import Refused, StoreSession
from lib.words import _, codes

CHUNK = 200
#: why somebody of a list is not invited, in the order in which it is told
REASONS = codes("not_invited")


@dataclass(frozen=True)
class Preview:
    """How many the list has, may still be invited, and are left out for which first reason."""

    chosen: int
    will_get: int
    left_out: dict[str, int]


def preview(session: StoreSession, event: Event, chosen: Select[Any]) -> Preview:
    """Count the list by the first reason each is left out for, in one statement."""
    judged = select(_reason(event.id).label("why")).where(Customer.customer_id.in_(chosen)).subquery("judged")
    things = cast(func.count(), BigInteger)
    found: dict[str | None, int] = dict(session.execute(select(judged.c.why, things).group_by(judged.c.why)).all())
    fit, left = found.pop(None, 0), room(session, event)
    out = {one: found[one] for one in REASONS if one in found}
    if fit > left:
        out["over_limit"] = fit - left
    return Preview(fit + sum(found.values()), min(fit, left), out)


def invite_some(session: StoreSession, event_id: int, chosen: Select[Any], size: int = CHUNK) -> int:
    """Invite the next customers of the list who may be; how many. 0: all of them are.

    Run until it gives 0; a run broken off is gone on with by the next. Each customer is invited once.
    """
    event = mine(session, event_id)
    if not takes_guests(event.state):
        raise Refused(_("活动已举办或取消，不再邀请。"))
    left = min(size, room(session, event))
    wanted = select(Customer.customer_id).where(Customer.customer_id.in_(chosen), _reason(event.id).is_(None))
    found = session.scalars(wanted.order_by(Customer.customer_id).limit(left)).all() if left else []
    _add(session, event, found)
    return len(found)


def invite(session: StoreSession, event_id: int, customer_id: int) -> None:
    """Invite one customer of one's own; Refused for who is not to be asked."""
    event = session.get(Event, event_id)
    if event is None or event.state not in ("draft", "open"):
        raise Refused(_("活动已举办或取消，不再邀请。"))
    row = session.execute(select(_reason(event_id).label("why")).where(Customer.customer_id == customer_id)).first()
    if row is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if row.why is not None:
        raise Refused({
            "not_customer": _("只邀请本行客户与潜在客户。"), "do_not_contact": _("客户已声明请勿联系，不主动邀请。"),
            "invited": _("客户已在名单上。"),
        }[row.why])  # fmt: skip
    _add(session, event, [customer_id])


def room(session: StoreSession, event: Event) -> int:
    """How many more the event may invite, by its seats and rule event.invited_per_seat."""
    invited = session.scalar(select(func.count()).select_from(Invitation).where(Invitation.event_id == event.id)) or 0
    return max(0, most_invited(event.seats, rulebook(), today()) - invited)


def guests_of(event_id: int) -> Select:
    """The customers on the list of an event: for a campaign to them."""
    return select(Invitation.customer_id).where(Invitation.event_id == event_id, Invitation.state == "invited")


def _add(session: StoreSession, event: Event, customers: Sequence[int]) -> None:
    at = business_now()
    for customer_id in customers:
        session.add(Invitation(customer_id=customer_id, event_id=event.id, state="invited", invited_at=at,
                               staff_id=session.scope.staff_id, version=1))  # fmt: skip
    session.flush()


def _reason(event_id: int) -> ColumnElement[str | None]:
    """The first reason a customer is left out; null for who may be invited."""
    c, guest = Customer, Invitation
    there = select(guest.event_id).where(guest.customer_id == c.customer_id, guest.event_id == event_id)
    against = [
        (or_(c.stage.not_in(("customer", "prospect")), c.merged_into_id.is_not(None)), "not_customer"),
        (c.do_not_contact.is_(True), "do_not_contact"),
        (there.correlate(c).exists(), "invited"),
    ]
    return case(*((when, literal(code, String)) for when, code in against), else_=null())
