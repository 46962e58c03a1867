"""Whose portrait it is: everything the header and more than one tab need, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.customers import money, read
from lib.store.family import family_of, merged_numbers
from lib.store.models import Bank, Customer, CustomerQuarter, CustomerTag, DueItem
from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.tiers.rules import Scheme, scheme
from lib.ui import ledgered
from lib.ui.cached import cached
from lib.ui.page import Page
from lib.work.due import open_items

_HORIZON = timedelta(days=90)


@dataclass(frozen=True)
class Subject:
    """A customer with owner, published quarter facts (the oldest first), tags, open cases and due items.

    `maturing` is what matures within 90 days.

    `ids` are its own id and those of the records merged into it, whose numbers are `merged`.
    `narrow` readers reach the customer through a case: they have no facts, no tags and no private fields.
    `masked` readers see figures but not who the person is, so nothing that would tell: no address, no
    notes, no tags in somebody's own words.
    """

    customer: Customer
    branch: str | None
    manager: str | None
    facts: Sequence[CustomerQuarter]
    tags: Sequence[CustomerTag]
    cases: Sequence[Any]
    due: Sequence[DueItem]
    maturing: Sequence[Any]
    first_owner: str | None
    last_contact: datetime | None
    currency: str
    running: str
    ids: tuple[int, ...]
    merged: Sequence[str]
    narrow: bool
    masked: bool

    @property
    def latest(self) -> CustomerQuarter | None:
        """The newest quarter's facts."""
        return self.facts[-1] if self.facts else None

    def scheme(self, page: Page) -> Scheme:
        """The tier scheme of the customer's kind in the bank's currency."""
        return scheme(page.book, self.customer.kind, self.currency, page.today)


@cached(of="facts")
def base_currency(session: Session) -> str:
    """The bank's base currency."""
    return session.scalars(select(Bank.base_currency)).one()


def subject_of(page: Page, session: StoreSession, number: str) -> Subject | None:
    """The customer with this number; None outside the reader's scope. A reading that must be ledgered is."""
    row = session.execute(read.header(number)).one_or_none()
    if row is None:
        return None
    customer: Customer = row.Customer
    ledgered.read(page, customer.customer_id, "portrait")
    narrow, masked = page.scope.narrow, page.scope.masked_names
    ids = (customer.customer_id,) if narrow else family_of(session, customer.customer_id)
    facts = [] if narrow else session.scalars(read.by_quarter(customer.customer_id)).all()
    return Subject(
        customer=customer,
        branch=row.branch,
        manager=row.manager,
        facts=facts[::-1],
        tags=[] if narrow else session.scalars(read.tags(ids)).all(),
        cases=session.execute(read.open_cases(ids)).all(),
        due=[] if narrow else session.scalars(open_items(ids)).all(),
        maturing=[] if narrow else session.execute(money.maturing(ids, page.today, page.today + _HORIZON)).all(),
        first_owner=None if narrow else session.scalar(read.first_owner(ids)),
        last_contact=None if narrow else session.scalar(read.last_contact(ids)),
        currency=base_currency(page.scope),
        running=str(Quarter.of(page.today)),
        ids=ids,
        merged=merged_numbers(session, customer.customer_id) if len(ids) > 1 else (),
        narrow=narrow,
        masked=masked,
    )
