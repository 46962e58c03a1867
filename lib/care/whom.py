"""The customers a message is made for: what decides whether they get it, and the facts its text is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from lib.care import policy
from lib.care.drafts import Whom
from lib.care.policy import Facts, Sending
from lib.store.models import Bank, Branch, Customer, Product, Staff
from lib.store.session import StoreSession


@dataclass(frozen=True)
class About:
    """What a message is about beside the customer: the day, the product, the festival, the event."""

    day: date | None = None
    product_id: int | None = None
    festival: str = ""
    event: str = ""


@dataclass(frozen=True)
class Addressee:
    """A customer with what decides, the facts of the text, and their branch."""

    customer_id: int
    number: str
    branch_id: int | None
    facts: Facts
    whom: Whom


def columns(sending: Sending) -> list[Any]:
    """What is read of each customer, whatever is sent to how many."""
    c = Customer
    return [
        c.customer_id, c.number, c.name, c.kind, c.stage, c.gender, c.birth_date, c.branch_id, c.do_not_contact,
        c.no_automated_advice, c.preferred_channel, c.risk_capacity, c.risk_capacity_until,
        c.merged_into_id, c.phone_masked, c.email, policy.recent(sending).label("recent"),
        policy.complains().label("complaint"), Branch.name.label("branch"), Staff.name.label("manager"),
    ]  # fmt: skip


def people(sending: Sending) -> Select:
    """Customers within reach with the columns of a message; to be narrowed further."""
    c = Customer
    return (
        select(*columns(sending)).select_from(c).outerjoin(Branch, Branch.id == c.branch_id)
        .outerjoin(Staff, Staff.id == c.manager_id)
    )  # fmt: skip


def addressee(session: StoreSession, number: str, sending: Sending, about: About) -> Addressee | None:
    """One customer by number; None out of reach, or where only a case of theirs is within reach."""
    if session.scope.narrow:
        return None
    row = session.execute(people(sending).where(Customer.number == number)).one_or_none()
    return addressees(session, [row], about)[0] if row is not None else None


def addressees(session: StoreSession, rows: Sequence[Any], about: About) -> list[Addressee]:
    """Rows of `people` as those a message is made for; a customer nobody looks after is written to by the writer."""
    bank = session.scalars(select(Bank.name)).one()
    product = select(Product.name).where(Product.id == about.product_id)
    named = session.scalar(product) if about.product_id is not None else None
    common = Whom("", "", None, session.scope.name, "", bank, about.day, named or "", about.festival, about.event)
    return [
        Addressee(row.customer_id, row.number, row.branch_id, _facts(row), replace(
            common, name=row.name, kind=row.kind, gender=row.gender, manager=row.manager or common.manager,
            branch=row.branch or ""))
        for row in rows
    ]  # fmt: skip


def _facts(row: Any) -> Facts:
    return Facts(
        row.kind, row.stage, row.merged_into_id is not None, row.do_not_contact, row.no_automated_advice,
        row.birth_date, bool(row.phone_masked), bool(row.email), row.preferred_channel, bool(row.recent),
        bool(row.complaint), row.risk_capacity, row.risk_capacity_until,
    )  # fmt: skip
