"""Likely duplicates of a customer: the same identity number or code, phone, or name with birth date."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from lib.store.models import Customer
from lib.store.search import matches
from lib.store.session import StoreSession
from lib.words import _

#: more than so many are no duplicates but a shared number (a switchboard, a family phone)
_MOST = 20


@dataclass(frozen=True)
class Candidate:
    """A record that may be of the same person or firm, and what says so."""

    customer: Customer
    reasons: tuple[str, ...]


def candidates(session: StoreSession, customer: Customer) -> list[Candidate]:
    """Records within the scope that share what identifies a person or firm with this one, the surest first."""
    c = Customer
    same = [column == value for column, value in (
        (c.identity_hash, customer.identity_hash), (c.phone_hash, customer.phone_hash)) if value]  # fmt: skip
    named = c.name == customer.name
    if customer.kind == "personal":
        named = named & (c.birth_date == customer.birth_date)
    if customer.kind == "corporate" or customer.birth_date is not None:
        same.append(matches(c.customer_id, customer.name) & named)
    if not same:
        return []
    others = (c.customer_id != customer.customer_id, c.kind == customer.kind, c.merged_into_id.is_(None))
    found = session.scalars(select(c).where(or_(*same), *others).order_by(c.customer_id).limit(_MOST + 1)).all()
    if len(found) > _MOST:
        found = [one for one in found if one.identity_hash and one.identity_hash == customer.identity_hash]
    told = [Candidate(one, _reasons(customer, one)) for one in found]
    return sorted(told, key=lambda one: -len(one.reasons))


def _reasons(one: Customer, other: Customer) -> tuple[str, ...]:
    said = {
        _("证件号相同") if one.kind == "personal" else _("信用代码相同"):
            bool(one.identity_hash) and one.identity_hash == other.identity_hash,
        _("电话相同"): bool(one.phone_hash) and one.phone_hash == other.phone_hash,
        _("姓名与出生日期相同") if one.kind == "personal" else _("名称相同"):
            one.name == other.name and one.birth_date == other.birth_date,
    }  # fmt: skip
    return tuple(sentence for sentence, holds in said.items() if holds)
