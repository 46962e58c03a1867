"""The due items rules make: information to be verified again, and records that look like one customer's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.orm import aliased

from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.settings import business_now
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import months_after

_COLUMNS = ["customer_id", "id", "kind", "subject_key", "due_on", "original_due_on", "state", "owner_id", "branch_id",
            "by_rule", "created_at", "version"]  # fmt: skip
#: more records than so many with one phone are a switchboard's or a family's, not one customer's
_MOST_WITH_ONE_PHONE = 5
_c, _item = m.Customer, m.DueItem


def write_refresh_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Bring a chunk's information-refresh items (办法 §三.2) to what customers' last verification says.

    One item a cycle, made `refresh.ahead_days` before it is due; verified since: done; no customer any more: dropped.
    """
    due, within = _refresh_due(frame), chunk.holds(_c.customer_id)
    living = and_(_c.stage == "customer", _c.merged_into_id.is_(None))
    until = frame.cutoff + timedelta(days=frame.rule("refresh.ahead_days"))
    mine = and_(_item.customer_id == _c.customer_id, _item.kind == "refresh")
    of_cycle = select(_item.id).where(mine, or_(_item.state == "open", _item.original_due_on == due)).exists()
    number = extract("year", due) * 10_000 + extract("month", due) * 100 + extract("day", due)
    wanted = select(
        *_made(_c, cast(number, BigInteger), "refresh", cast(due, String), due)
    ).where(within, living, due <= literal(until, Date), ~of_cycle)  # fmt: skip
    ended = _end_refresh(session, chunk, due, living)
    return ended + session.rows(insert(_item).from_select(_COLUMNS, wanted))


def _end_refresh(session: BulkSession, chunk: Chunk, due: Any, living: ColumnElement[bool]) -> int:
    mine = (chunk.holds(_item.customer_id), _item.kind == "refresh", _item.state == "open")
    of = _c.customer_id == _item.customer_id
    verified = select(_c.customer_id).where(of, living, due > _item.original_due_on).correlate(_item).exists()
    by = select(_c.verified_by).where(of).correlate(_item).scalar_subquery()
    done = update(_item).where(*mine, _item.by_rule.is_(True), verified).values(
        state="done", ended_at=business_now(), ended_by=by, version=_item.version + 1)  # fmt: skip
    left = select(_c.customer_id).where(of, ~living).correlate(_item).exists()
    dropped = (
        update(_item).where(*mine, left).values(state="dropped", ended_at=business_now(), version=_item.version + 1)
    )
    return session.rows(done) + session.rows(dropped)


def write_duplicate_items(session: BulkSession, frame: Frame) -> int:
    """An item for every pair of records alike (same phone, or same name and birth date), on the older of the two.

    A pair once settled is not brought up again; one merged or no longer alike is settled.
    """
    pairs = _pairs()
    settled = update(_item).where(
        _item.kind == "duplicate", _item.by_rule.is_(True), _item.state == "open",
        ~select(pairs.c.older).where(pairs.c.older == _item.customer_id, pairs.c.newer == -_item.id).exists(),
    ).values(state="done", ended_at=business_now(), version=_item.version + 1)  # fmt: skip
    known = select(_item.id).where(_item.customer_id == pairs.c.older, _item.id == -pairs.c.newer).exists()
    day = literal(frame.cutoff + timedelta(days=frame.rule("refresh.ahead_days")), Date)
    wanted = (
        select(*_made(_c, -pairs.c.newer, "duplicate", cast(pairs.c.newer, String), day))
        .join_from(pairs, _c, _c.customer_id == pairs.c.older)
        .where(~known)
    )
    return session.rows(settled) + session.rows(insert(_item).from_select(_COLUMNS, wanted))


def _made(customer: Any, number: Any, kind: str, subject: Any, due: Any) -> tuple[Any, ...]:
    """A new item's columns: its customer's manager does it."""
    return (
        customer.customer_id, number, literal(kind, String), subject, due, due, literal("open", String),
        customer.manager_id, customer.branch_id, true(), literal(business_now(), _item.created_at.type), literal(1),
    )  # fmt: skip


def _refresh_due(frame: Frame) -> ColumnElement[date]:
    """When a customer's information is due: rule `refresh.months` after it was verified, else after it was entered."""
    months = frame.rule("refresh.months")
    since = func.coalesce(_c.verified_on, _c.known_since)
    day: ColumnElement[date] = months_after(since, case(*((_c.kind == kind, literal(n)) for kind, n in months.items())))
    return day


def _pairs() -> Any:
    """Two records alike each: `older` and `newer`, by customer id."""
    living = (_c.merged_into_id.is_(None), _c.stage.in_(("prospect", "customer", "former")))
    phones = (
        select(_c.phone_hash, _c.kind).where(_c.phone_hash.is_not(None), *living)
        .group_by(_c.phone_hash, _c.kind).having(func.count().between(2, _MOST_WITH_ONE_PHONE)).subquery("phones")
    )  # fmt: skip
    people = (
        select(_c.name, _c.birth_date).where(_c.kind == "personal", _c.birth_date.is_not(None), *living)
        .group_by(_c.name, _c.birth_date).having(func.count() > 1).subquery("people")
    )  # fmt: skip
    firms = (
        select(_c.name).where(_c.kind == "corporate", *living)
        .group_by(_c.name).having(func.count() > 1).subquery("firms")
    )  # fmt: skip
    return union(
        _paired(phones, lambda c: and_(c.phone_hash == phones.c.phone_hash, c.kind == phones.c.kind)),
        _paired(people, lambda c: and_(c.name == people.c.name, c.birth_date == people.c.birth_date)),
        _paired(firms, lambda c: and_(c.name == firms.c.name, c.kind == "corporate")),
    ).subquery("pairs")


def _paired(group: Any, belongs: Any) -> Any:
    older, newer = aliased(m.Customer), aliased(m.Customer)
    wanted = select(older.customer_id.label("older"), newer.customer_id.label("newer")).select_from(group)
    for one in (older, newer):
        living = and_(one.merged_into_id.is_(None), one.stage.in_(("prospect", "customer", "former")))
        wanted = wanted.join(one, and_(belongs(one), living))
    return wanted.where(older.customer_id < newer.customer_id)
