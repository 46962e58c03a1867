"""Reading customers: finding one, and what is known of one. Every function gives a Select, narrowed by the session."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from lib.store.crypto import blind
from lib.store.models import (
    Assignment,
    Branch,
    Case,
    Contact,
    Customer,
    CustomerQuarter,
    CustomerTag,
    QuarterRun,
    Staff,
)
from lib.store.search import matches
from lib.work.contacts import REACHED
from lib.work.identity import tidy

#: a longer list of names says: type more
FOUND_AT_MOST = 50
#: runs of a quarter whose facts pages read
PUBLISHED = ("open", "closed")
OVER = ("closed", "withdrawn")
_IDENTIFIER = re.compile(r"(?=.*\d)[0-9A-Z-]{3,}")
_COUNTRY_CODE = re.compile(r"^(\+86|0086)(?=1\d{10}$)")


def identifier(typed: str) -> str | None:
    """What was typed as a number to be found exactly (customer, phone, identity), or None if it is a name."""
    number = _COUNTRY_CODE.sub("", tidy(typed))
    return number if _IDENTIFIER.fullmatch(number) else None


def find(typed: str) -> Select:
    """Customers with this number, phone or identity number (the last two by keyed hash), else by name.

    A number of a record that was merged finds the one it was merged into. Names are found by characters, pinyin and
    initials. One row more than FOUND_AT_MOST at the most. Nothing
    typed finds nobody.
    """
    number = identifier(typed)
    wanted: ColumnElement[bool]
    if number is None:
        wanted = matches(Customer.customer_id, typed)
    else:
        known = aliased(Customer)
        exact = or_(
            known.number == number,
            known.phone_hash == blind("phone", number),
            known.identity_hash == blind("identity", number),
        )
        wanted = Customer.customer_id.in_(select(func.coalesce(known.merged_into_id, known.customer_id)).where(exact))
    return _lines().where(wanted).order_by(Customer.customer_id).limit(FOUND_AT_MOST + 1)


def by_numbers(numbers: Sequence[str]) -> Select:
    """The same columns as `find`, for customers with these customer numbers."""
    return _lines().where(Customer.number.in_(numbers)).order_by(Customer.customer_id)


def _lines() -> Select:
    return (
        select(
            Customer.number,
            Customer.name,
            Customer.kind,
            Customer.stage,
            Customer.tier,
            Customer.phone_masked,
            Branch.name.label("branch"),
            Staff.name.label("manager"),
        )
        .outerjoin(Branch, Branch.id == Customer.branch_id)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
        .where(Customer.merged_into_id.is_(None))
    )


def header(number: str) -> Select:
    """The customer with this number as `Customer`, with the names of `branch` and `manager`.

    The number of a record that was merged leads to the one it was merged into.
    """
    asked = aliased(Customer)
    whom = select(func.coalesce(asked.merged_into_id, asked.customer_id)).where(asked.number == number)
    return (
        select(Customer, Branch.name.label("branch"), Staff.name.label("manager"))
        .outerjoin(Branch, Branch.id == Customer.branch_id)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
        .where(Customer.customer_id.in_(whom))
    )


def by_quarter(customer_id: int, last: int = 12) -> Select[CustomerQuarter]:
    """The customer's published quarter facts, the newest first; money in the base currency's minor units."""
    run = and_(QuarterRun.quarter == CustomerQuarter.quarter, QuarterRun.version == CustomerQuarter.version)
    return (
        select(CustomerQuarter)
        .join(QuarterRun, run)
        .where(CustomerQuarter.customer_id == customer_id, QuarterRun.state.in_(PUBLISHED))
        .order_by(CustomerQuarter.quarter.desc())
        .limit(last)
    )


def tags(ids: Sequence[int]) -> Select[CustomerTag]:
    """The customer's tags with their evidence; one that was ended is none."""
    standing = (CustomerTag.customer_id.in_(ids), CustomerTag.until_day.is_(None))
    return select(CustomerTag).where(*standing).order_by(CustomerTag.family, CustomerTag.tag)


def last_contact(ids: Sequence[int]) -> Select:
    """When the customer was last reached; None where nobody did."""
    return select(func.max(Contact.happened_at)).where(Contact.customer_id.in_(ids), Contact.outcome.in_(REACHED))


def first_owner(ids: Sequence[int]) -> Select:
    """Who looked after the customer first (首问负责 begins with them); None where it was never written down."""
    first = select(Assignment.manager_id).where(Assignment.customer_id.in_(ids), Assignment.manager_id.is_not(None))
    first = first.order_by(Assignment.since_day, Assignment.id).limit(1)
    return select(Staff.name).where(Staff.id == first.scalar_subquery())


def cases(ids: Sequence[int]) -> Select:
    """The customer's cases the reader may see, open ones first, the one whose time ends first on top."""
    due = func.coalesce(Case.legal_due_at, Case.promise_due_at)
    return (
        select(
            Case.number,
            Case.kind,
            Case.state,
            Case.business,
            Case.reason,
            Case.received_at,
            Case.promise_due_at,
            Case.promise_met_at,
            Case.legal_due_at,
            Case.answered_at,
            Case.handler_id,
        )
        .where(Case.customer_id.in_(ids))
        .order_by(Case.state.in_(OVER), due.is_(None), due, Case.id)
    )


def open_cases(ids: Sequence[int]) -> Select:
    """Of `cases`, those that are not over."""
    return cases(ids).where(Case.state.not_in(OVER))
