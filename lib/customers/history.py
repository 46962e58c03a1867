"""A past value of a field brought back: at once where nobody checks the field, else as a request to the review."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from lib.customers.info import FIELDS, PROTECTED, InfoForm, ask_info
from lib.customers.rules import ProfileForm
from lib.customers.write import edit_profile
from lib.settings import business_now
from lib.store.models import Customer
from lib.store.session import Refused, StoreSession
from lib.words import _


def restorable(kind: str, field: str) -> str | None:
    """How a field of a kind of customer is brought back: `profile` at once, `review` by request; None: not from here.

    A sealed number is never: its past value is only known as a mask.
    """
    if field in ProfileForm(kind).fields:
        return "profile"
    return "review" if field in FIELDS[kind] and field not in PROTECTED else None


def restore(session: StoreSession, customer_id: int, read_version: int, field: str, value: Any, reason: str) -> str:
    """Bring a field's past value back; returns what it became: `profile` (saved) or `review` (asked for).

    Raises Conflict when the customer was saved since `read_version`, Refused out of reach, for a field that is not
    brought back from here, or for a value the field may not have today.
    """
    customer = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if customer is None:
        raise Refused(_("这位客户不在你的范围内。"))
    how = restorable(customer.kind, field)
    if how == "profile":
        form = replace(_as_it_is(customer), **{field: value})
        problems = form.problems(business_now())
        if problems:
            raise Refused(_("；").join(problem.sentence for problem in problems))
        edit_profile(session, customer_id, read_version, form)
    elif how == "review":
        asked = replace(InfoForm(customer.kind), **{field: value or ""})
        ask_info(session, customer.number, read_version, asked, reason)
    else:
        raise Refused(_("这个字段不能从历史中恢复。"))
    return how


def _as_it_is(customer: Customer) -> ProfileForm:
    """The unreviewed fields as they stand."""
    fields = ProfileForm(customer.kind).fields
    return ProfileForm(customer.kind, **{field: getattr(customer, field) for field in fields})
