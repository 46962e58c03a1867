"""One's own visits as a calendar file (.ics): what is open in the days to come, with reminders; nobody's phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event
from sqlalchemy import Select, select

from lib.settings import BANK_ZONE, now, today
from lib.store.models import Bank, Customer, DueItem
from lib.store.scope import Scope
from lib.store.session import Refused, open_session
from lib.words import _, name

__all__ = ["AHEAD_DAYS", "PAGE", "make"]
PAGE = "care"
MEDIA = "text/calendar; charset=utf-8"
KINDS = ("visit", "meeting", "check", "follow_up")
AHEAD_DAYS = 90
#: reminders before the day begins: the morning before, and nine o'clock on the day itself
_REMINDERS = (timedelta(hours=-15), timedelta(hours=9))


def make(scope: Scope, _query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of one's own open visits, meetings, checks and follow-ups.

    From today for the next AHEAD_DAYS days, each a whole day. Says the customer's name and number, and nothing that
    somebody wrote: it may hold a phone number. Raises Refused for a scope without customers of its own.
    """
    if scope.narrow or scope.customers == "none" or scope.masked_names:
        raise Refused(_("你的岗位没有可以下载的回访计划。"))
    on, made_at = today(), now()
    with open_session(scope, PAGE) as session:
        bank = session.scalars(select(Bank.name)).one()
        rows = session.execute(_mine(scope.staff_id, on)).all()
    file = Calendar()
    file.add("prodid", "-//CRM//visits//ZH")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", _("{bank} 回访计划").format(bank=bank))
    file.add("x-wr-timezone", str(BANK_ZONE))
    for item, customer in rows:
        file.add_component(_event(item, customer, made_at))
    return f"{_('回访计划')}.ics", MEDIA, iter([file.to_ical()])


def _mine(staff_id: int, on: date) -> Select[DueItem, Customer]:
    item = DueItem
    return (
        select(item, Customer)
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(item.owner_id == staff_id, item.state == "open", item.kind.in_(KINDS))
        .where(item.due_on.between(on, on + timedelta(days=AHEAD_DAYS)))
        .order_by(item.due_on, item.customer_id, item.id)
    )


def _event(item: DueItem, customer: Customer, made_at: datetime) -> Event:
    """One whole day. The same visit keeps its UID, so that a file read in again moves it instead of doubling it."""
    event = Event()
    event.add("uid", f"due-{item.customer_id}-{item.id}@crm")
    event.add("dtstamp", made_at)
    event.add("dtstart", item.due_on)
    event.add("dtend", item.due_on + timedelta(days=1))
    event.add("sequence", item.version)
    said = f"{name('due_kind', item.kind)} {customer.name} {customer.number}"
    event.add("summary", said)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    for before in _REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", said)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event
