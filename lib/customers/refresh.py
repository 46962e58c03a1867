"""The refresh cycle of information (办法 §三.2): how complete a record is, what is missing, that it was verified."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from lib.customers.due import refresh_due
from lib.rulebook import Rulebook
from lib.settings import today
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Customer, DueItem, LifeEvent
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work import due

KIND = "refresh"
#: the milestone every count of verified customers rests on
EVENT = "information_verified"


class Completeness(NamedTuple):
    """How many of the fields the rule names are filled, and which are not."""

    filled: int
    asked: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Filled fields of those asked, in whole percent, rounded down so that 100 means all."""
        return self.filled * 100 // self.asked if self.asked else 100


def completeness(customer: Customer, book: Rulebook) -> Completeness:
    """The record against rule `refresh.fields` of its kind; a zero is filled, an empty text is not."""
    fields: list[str] = book.value("refresh.fields", today())[customer.kind]
    missing = tuple(field for field in fields if getattr(customer, field) in (None, ""))
    return Completeness(len(fields) - len(missing), len(fields), missing)


def verify(session: StoreSession, customer_id: int, read_version: int) -> None:
    """Record that everything was checked with the customer and nothing has changed: by whom, on which day.

    Ends the due item of this cycle. Raises Conflict when somebody saved the customer since `read_version`, Refused
    out of reach or for somebody who is no customer of the bank's.
    """
    customer = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    if customer.stage == "outsider":
        raise Refused(_("非本行客户的信息不按周期核实。"))
    mine = (DueItem.customer_id == customer_id, DueItem.kind == KIND, DueItem.state == "open")
    for item in session.scalars(select(DueItem).where(*mine)):
        due.done(session, item, item.version)
    save(session, customer, read_version, {"verified_on": today(), "verified_by": session.scope.staff_id})
    known = (LifeEvent.customer_id == customer_id, LifeEvent.kind == EVENT, LifeEvent.happened_on == today())
    if session.scalar(select(LifeEvent.id).where(*known)) is None:
        session.add(LifeEvent(customer_id=customer_id, id=new_id(), kind=EVENT, happened_on=today()))
    session.flush()


def remind(session: StoreSession, customer_id: int) -> DueItem:
    """Ask the customer's manager to verify the information: the due item of this cycle, or one for today.

    Raises Refused out of reach.
    """
    mine = (DueItem.customer_id == customer_id, DueItem.kind == KIND, DueItem.state == "open")
    known = session.scalars(select(DueItem).where(*mine).order_by(DueItem.due_on)).first()
    if known is not None:
        return known
    customer = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    day = max(today(), refresh_due(customer.kind, customer.verified_on or customer.known_since, rulebook(), today()))
    return due.plan(session, customer_id, KIND, day, subject_key=day.isoformat())
