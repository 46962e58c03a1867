"""Past values of a customer's or product's fields, out of the audit trail: told to who reaches the whole record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from lib.store.base import Base
from lib.store.door import link_of
from lib.store.models import AuditEntry, Customer, Product, Staff
from lib.store.session import StoreSession

#: changes of one record read at the most, the newest
AT_MOST = 1000
#: what is kept sealed, by the name it is told under: its mask says what it was, its hash that it changed
_SEALED = {"identity": ("identity_masked", "identity_hash"), "phone": ("phone_masked", "phone_hash")}
_BOOKKEEPING = frozenset({
    "customer_id", "version", "batch_id", "created_at", "number", "identity_kind", "identity_sealed", "identity_hash",
    "identity_masked", "phone_sealed", "phone_hash", "phone_masked", "merged_into_id", "merged_with_id", "manager_id",
    "branch_id", "verified_by", "leaving_said_by", "referred_by_id", "source", "known_since", "kind",
})  # fmt: skip


class Change(NamedTuple):
    """One field changed once: when, by whom, from which page, what it was and what it became.

    Values are as the trail keeps them: days as ISO text, money in fen. `created` is the record's first entry; a
    number kept sealed is told by its masks, both None where even those stayed the same.
    """

    customer_id: int
    entry: int
    at: datetime
    who: str
    page: str
    field: str
    before: Any
    after: Any
    created: bool


def field_history(session: StoreSession, ids: Sequence[int]) -> list[Change]:
    """What was changed of a customer and the records merged into it, the newest first.

    The one way past the narrowing of the trail, and only for records the scope reaches whole and sees in clear;
    empty for any other.
    """
    if session.scope.narrow or session.scope.masked_names:
        return []
    reached = session.scalars(select(Customer.customer_id).where(Customer.customer_id.in_(ids))).all()
    entry = AuditEntry
    wanted = (
        select(entry.customer_id, entry.id, entry.at, entry.actor, entry.page, entry.action, entry.before, entry.after,
               Staff.name)
        .outerjoin(Staff, Staff.id == entry.actor_id)
        .where(entry.customer_id.in_(reached), entry.table == Customer.__tablename__)
        .order_by(entry.id.desc())
        .limit(AT_MOST)
    )  # fmt: skip
    return [change for row in link_of(session).execute(wanted) for change in _changes(row)]


def product_history(session: StoreSession, product_id: int) -> list[Change]:
    """What was changed of a product of the catalogue, which everybody may read, the newest first."""
    entry = AuditEntry
    wanted = (
        select(entry.customer_id, entry.id, entry.at, entry.actor, entry.page, entry.action, entry.before, entry.after,
               Staff.name)
        .outerjoin(Staff, Staff.id == entry.actor_id)
        .where(entry.customer_id == 0, entry.table == Product.__tablename__, entry.row_id == str(product_id),
               entry.action == "update")
        .order_by(entry.id.desc())
        .limit(AT_MOST)
    )  # fmt: skip
    return [change for row in link_of(session).execute(wanted) for change in _changes(row)]


def _changes(row: Any) -> list[Change]:
    """The fields of one entry; one whose content was erased tells nothing."""
    before, after = row.before or {}, row.after or {}
    who, created = row.name or row.actor, row.action == "insert"

    def change(field: str, was: Any, became: Any) -> Change:
        return Change(row.customer_id, row.id, row.at, who, row.page, field, was, became, created)

    fields = [field for field in after if field not in _BOOKKEEPING]
    told = [change(field, before.get(field), after[field]) for field in fields]
    for field, columns in _SEALED.items():
        if any(column in after for column in columns):
            masked = columns[0]
            told.append(change(field, before.get(masked), after.get(masked)))
    return told


def told_fields() -> frozenset[str]:
    """Every field a history may tell of."""
    table: type[Base] = Customer
    return frozenset(table.__table__.c.keys()) - _BOOKKEEPING | frozenset(_SEALED)
