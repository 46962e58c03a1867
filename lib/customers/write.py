"""Writing of customers: the fields that need no second pair of eyes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from lib.customers.rules import ProfileForm, size_class
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.models import Customer
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work.contacts import FormRefused
from lib.work.lunar import lunar_key


def edit_profile(
    session: StoreSession, customer_id: int, read_version: int, form: ProfileForm, keep: Collection[str] = ()
) -> None:
    """Save a customer's unreviewed fields (办法 §二.2); a firm's size class follows its figures.

    Fields to `keep` stay as they are stored, whatever the form says of them. Raises Conflict when the customer was
    saved since `read_version`, Refused when it is out of reach, FormRefused when the form has problems.
    """
    customer = _customer(session, customer_id)
    form = replace(form, **{field: getattr(customer, field) for field in form.fields if field in keep})
    _refuse_problems(form)
    if customer.kind != form.kind:
        raise Refused(_("这张表单是为另一类客户准备的，请刷新后重试。"))
    _refuse_foreign_birthday(customer, form)
    changes: dict[str, Any] = {field: _stored(getattr(form, field)) for field in form.fields}
    if form.kind == "corporate":
        changes |= _size(form)
    save(session, customer, read_version, changes)


def _customer(session: StoreSession, customer_id: int) -> Customer:
    found = session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()
    if found is None:
        raise Refused(_("这位客户不在你的范围内。"))
    return found


def _refuse_problems(form: ProfileForm) -> None:
    problems = form.problems(business_now())
    if problems:
        raise FormRefused("; ".join(f"{problem.field}: {problem.sentence}" for problem in problems))


def _refuse_foreign_birthday(customer: Customer, form: ProfileForm) -> None:
    """A lunar birthday is that of the day of birth: kept or not, never typed."""
    asked = form.lunar_birthday
    if asked is None or asked == customer.lunar_birthday:
        return
    if customer.birth_date is None or asked != lunar_key(customer.birth_date):
        raise Refused(_("农历生日须与登记的出生日期一致。"))


def _stored(value: Any) -> Any:
    """Text without its edges, nothing instead of an empty one."""
    return (value.strip() or None) if isinstance(value, str) else value


def _size(form: ProfileForm) -> dict[str, str]:
    """The size class of the form's figures; before the law's date there is none and the stored one stays."""
    limits = rulebook().find("customer.size_limits", today())
    if limits is None:
        return {}
    size = size_class(form.industry, form.employees, form.revenue_fen, form.total_assets_fen, limits.value)
    return {"size_class": size.code}
