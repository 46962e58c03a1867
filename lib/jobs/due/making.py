"""What every rule's items share: their natural ids, their columns, who may be approached, and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    String,
    and_,
    cast,
    exists,
    extract,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)

from lib.jobs.facts.members import Chunk
from lib.settings import business_now
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.work.contacts import REACHED

c, item = m.Customer, m.DueItem
#: each kind's natural ids lie in a range of their own, far below those the application makes
_PLACES = {"visit": 1, "meeting": 2, "birthday": 3, "festival": 4, "milestone": 5, "life_event": 6, "maturity": 7,
           "churn": 8, "check": 9, "suitability": 10, "capacity": 11, "leaving": 21}  # fmt: skip
_PLACE, _DAY = 10**10, 100
_COLUMNS = ["customer_id", "id", "kind", "subject_key", "due_on", "original_due_on", "state", "owner_id", "branch_id",
            "by_rule", "created_at", "version", "attempts", "about_on", "about", "product_id", "value_fen"]  # fmt: skip


def living() -> ColumnElement[bool]:
    """Customers of the bank, each under one number."""
    return and_(c.stage == "customer", c.merged_into_id.is_(None))


def approachable() -> ColumnElement[bool]:
    """Customers who did not ask to be left alone."""
    return and_(living(), c.do_not_contact.is_(False))


def number_of(day: Any) -> ColumnElement[int]:
    """A day as the number 20261231."""
    return cast(extract("year", day) * 10_000 + extract("month", day) * 100 + extract("day", day), BigInteger)


def made(
    kind: str, day: Any, due: Any, *, key: Any = None, sub: Any = 0, about_on: Any = None, about: Any = None,
    product_id: Any = None, value_fen: Any = None,
) -> list[Any]:  # fmt: skip
    """The columns of a new item of a customer row: `day` (and `sub` below 100) names it within its kind."""
    beside = {item.about_on: about_on, item.about: about, item.product_id: product_id, item.value_fen: value_fen}
    number = literal(_PLACES[kind] * _PLACE, BigInteger) + number_of(day) * _DAY + sub
    columns = [
        c.customer_id, number, literal(kind, String), cast(day, String) if key is None else key, due, due,
        literal("open", String), c.manager_id, c.branch_id, true(), literal(business_now(), item.created_at.type),
        literal(1), literal(0),
        *(cast(null(), column.type) if one is None else one for column, one in beside.items()),
    ]  # fmt: skip
    return [column.label(f"of_{name}") for name, column in zip(_COLUMNS, columns, strict=True)]


def add(session: BulkSession, wanted: Any) -> int:
    """Insert items that are not there: open, done or dropped under the same natural id."""
    rows = wanted.subquery("wanted")
    known = exists().where(item.customer_id == rows.c.of_customer_id, or_(
        item.id == rows.c.of_id,
        and_(item.kind == rows.c.of_kind, item.subject_key == rows.c.of_subject_key),
    ))  # fmt: skip
    return session.rows(insert(item).from_select(_COLUMNS, select(rows).where(~known)))


def none_open(*kinds: str) -> ColumnElement[bool]:
    """Whether nothing of these kinds stands open for the customer."""
    return ~exists().where(item.customer_id == c.customer_id, item.kind.in_(kinds), item.state == "open").correlate(c)


def finish(session: BulkSession, chunk: Chunk, kinds: Sequence[str], *purposes: str) -> int:
    """Open items of these kinds are done where somebody spoke with the customer since: then, and by whom."""
    contact = m.Contact
    mine = [contact.customer_id == item.customer_id, contact.outcome.in_(REACHED),
            contact.happened_at >= item.created_at]  # fmt: skip
    if purposes:
        mine.append(contact.purpose.in_(purposes))
    first = select(contact.id).where(*mine).order_by(contact.happened_at, contact.id).limit(1).correlate(item)
    told = {"ended_at": contact.happened_at, "ended_by": contact.staff_id, "contact_id": contact.id}
    values = {name: first.with_only_columns(column).scalar_subquery() for name, column in told.items()}
    return _end(session, chunk, kinds, exists().where(*mine), {"state": "done", **values})


def drop(session: BulkSession, chunk: Chunk, kinds: Sequence[str], why: str, when: ColumnElement[bool]) -> int:
    """Drop open items where a condition on the item holds. `why`: missed (its day is over) | withdrawn (void)."""
    return _end(session, chunk, kinds, when, {"state": "dropped", "ended_at": business_now(), "outcome": why})


def settle(session: BulkSession, chunk: Chunk, kinds: Sequence[str], when: ColumnElement[bool], by: Any) -> int:
    """Open items are done where a condition on the item holds, by whom `by` says."""
    return _end(session, chunk, kinds, when, {"state": "done", "ended_at": business_now(), "ended_by": by})


def _end(session: BulkSession, chunk: Chunk, kinds: Sequence[str], when: ColumnElement[bool],
         values: dict[str, Any]) -> int:  # fmt: skip
    values = {**values, "version": item.version + 1}
    mine = (chunk.holds(item.customer_id), item.kind.in_(kinds), item.state == "open", item.title.is_(None))
    return session.rows(update(item).where(*mine, when).values(values))


def withdraw(session: BulkSession, chunk: Chunk, kinds: Sequence[str], wanted: ColumnElement[bool]) -> int:
    """Drop open items of customers who are not what the rule speaks of any more: gone, or asked to be left alone."""
    return drop(
        session, chunk, kinds, "withdrawn", ~exists().where(c.customer_id == item.customer_id, wanted).correlate(item)
    )


def spread(days: Any) -> ColumnElement[int]:
    """A number of days from 0 to below `days`, another for each customer, always the same for one."""
    spread_over: ColumnElement[int] = cast(c.customer_id % days, BigInteger)
    return spread_over


def day_of(day: date) -> ColumnElement[date]:
    """A day as a value in a statement."""
    return literal(day, Date)


def tiers(codes: Sequence[str]) -> ColumnElement[bool]:
    """Whether the customer is of one of these tiers."""
    return c.tier.in_(list(codes))


def natural_id(kind: str, day: int, sub: int = 0) -> int:
    """The id of a kind's item of a day given as the number 20261231."""
    return _PLACES[kind] * _PLACE + day * _DAY + sub
