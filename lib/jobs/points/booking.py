"""Booking a chunk's points: what was earned, what has expired, and the balances, under the accounts' locks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from lib.jobs.facts.members import Chunk
from lib.jobs.points.things import since, things
from lib.kpi.frame import Frame
from lib.settings import business_now
from lib.store import audit
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.points import AGAINST, CUSTOMER, good_until
from lib.store.quarter import Quarter

_e, _a, _c = m.PointEntry, m.PointAccount, m.Customer
_COLUMNS = ["customer_id", "deed", "account", "kind", "code", "points", "booked_on", "happened_on", "expires_on",
            "rule_version", "at"]  # fmt: skip
#: no cap is stated for this kind of thing
_UNCAPPED = 10**6


def book_points(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Earn, expire and add up, as of the frame's last day; how many transfers were booked. Again changes nothing.

    Accounts are locked first and every statement after that sees what was committed before: of a refresh and a person
    who redeem from one account the second waits for the first.
    """
    a = select(_a.customer_id).where(chunk.holds(_a.customer_id)).order_by(_a.customer_id).with_for_update()
    session.execute(a).all()
    counts = {"earn": _earn(session, frame, chunk), "expire": _expire(session, frame, chunk)}
    if not any(counts.values()):
        return 0
    booked = _booked(frame, chunk)
    other_sides(session, *booked)
    _open_accounts(session, *booked)
    add_up(session, select(_e.customer_id).where(*booked))
    what = f"points {frame.end} {chunk.first}"
    audit.append(session, 0, None, "refresh", "job", "points", "refresh", what, None, counts)
    return sum(counts.values())


def _earn(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """The customer's side of what was earned and is not booked: within the quarter's cap, the earliest first."""
    found = things(frame, chunk)
    if not found:
        return 0
    wanted = _quartered(union_all(*found).subquery("things"))
    known = _known(frame, chunk)
    booked = aliased(_e)
    again = select(booked.deed).where(booked.customer_id == wanted.c.customer_id, booked.deed == wanted.c.deed,
                                      booked.account == CUSTOMER)  # fmt: skip
    place = func.row_number().over(
        partition_by=(wanted.c.customer_id, wanted.c.code, wanted.c.quarter), order_by=(wanted.c.day, wanted.c.deed)
    )
    same = and_(known.c.customer_id == wanted.c.customer_id, known.c.code == wanted.c.code,
                known.c.quarter == wanted.c.quarter)  # fmt: skip
    ranked = (
        select(wanted, (place + func.coalesce(known.c.n, 0)).label("place"))
        .join(_c, _c.customer_id == wanted.c.customer_id).outerjoin(known, same)
        .where(_c.stage == "customer", _c.kind.in_(frame.rule("points.kinds")), ~again.correlate(wanted).exists())
        .subquery("ranked")
    )  # fmt: skip
    most: dict[str, int] = frame.rule("points.quarterly_most")
    cap = case(*((ranked.c.code == code, literal(n)) for code, n in most.items()), else_=literal(_UNCAPPED))
    until = good_until(frame.end, frame.rule("points.expiry_years"))
    version = frame.book.entry("points.earning", frame.end).version
    rows = select(
        ranked.c.customer_id, ranked.c.deed, literal(CUSTOMER, String), literal("earn", String), ranked.c.code,
        ranked.c.points, literal(frame.end), ranked.c.day, literal(until), literal(version, String), _now(),
    ).where(ranked.c.place <= cap)  # fmt: skip
    return session.rows(insert(_e).from_select(_COLUMNS, rows))


def _quartered(found: Any) -> Any:
    return select(found, _quarter(found.c.day).label("quarter")).subquery("wanted")


def _known(frame: Frame, chunk: Chunk) -> Any:
    """How often each code was earned in the quarters looked at, by the day it happened."""
    first = Quarter.of(since(frame)).start
    mine = (chunk.holds(_e.customer_id), _e.account == CUSTOMER, _e.kind == "earn", _e.happened_on >= literal(first))
    each = select(_e.customer_id, _e.code, _quarter(_e.happened_on).label("quarter")).where(*mine).subquery("booked")
    keys = (each.c.customer_id, each.c.code, each.c.quarter)
    return select(*keys, func.count().label("n")).group_by(*keys).subquery("known")


def _quarter(day: Any) -> ColumnElement[int]:
    """A day's quarter as a number: 2026Q3 is 2026 × 4 + 3."""
    month = cast(extract("month", day), Integer)
    return cast(extract("year", day), Integer) * 4 + (month + 2) // 3


def _expire(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """What is left of points whose last day is over: all that was given for so long, less all that was ever taken."""
    day = literal(frame.end)
    over = select(_a.customer_id).where(chunk.holds(_a.customer_id), _a.expiring_on < day)
    over_since = case((and_(_e.points > 0, _e.expires_on < day), _e.points), (_e.points < 0, _e.points), else_=0)
    left = (
        select(_e.customer_id, func.sum(over_since).label("points"))
        .where(_e.customer_id.in_(over), _e.account == CUSTOMER).group_by(_e.customer_id).subquery("left_over")
    )  # fmt: skip
    version = frame.book.entry("points.expiry_years", frame.end).version
    rows = select(
        left.c.customer_id, literal(f"expire:{frame.end}", String), literal(CUSTOMER, String),
        literal("expire", String), literal("expired", String), cast(-left.c.points, BigInteger), day,
        cast(null(), _e.happened_on.type), cast(null(), _e.expires_on.type), literal(version, String), _now(),
    ).where(left.c.points > 0)  # fmt: skip
    return session.rows(insert(_e).from_select(_COLUMNS, rows))


def other_sides(session: BulkSession, *mine: ColumnElement[bool]) -> None:
    """The bank's side of every transfer booked with these entries of customers."""
    other = aliased(_e)
    whole = select(other.deed).where(other.customer_id == _e.customer_id, other.deed == _e.deed,
                                     other.account != CUSTOMER)  # fmt: skip
    against = case(*((_e.kind == kind, literal(account, String)) for kind, account in AGAINST.items()))
    rows = select(
        _e.customer_id, _e.deed, against, _e.kind, _e.code, -_e.points, _e.booked_on, _e.happened_on,
        cast(null(), _e.expires_on.type), _e.rule_version, _e.at, _e.quantity, _e.staff_id,
    ).where(*mine, ~whole.correlate(_e).exists())  # fmt: skip
    session.rows(insert(_e).from_select([*_COLUMNS, "quantity", "staff_id"], rows))


def _open_accounts(session: BulkSession, *mine: ColumnElement[bool]) -> None:
    has = select(_a.customer_id).where(_a.customer_id == _e.customer_id).correlate(_e)
    new = select(_e.customer_id, literal(0, BigInteger), literal(0, BigInteger)).where(*mine, ~has.exists())
    session.rows(insert(_a).from_select(["customer_id", "balance", "expiring"], new.distinct()))


def add_up(session: BulkSession, touched: Select[int]) -> None:
    """Balances of some customers: the sum of their entries, and what of it goes first."""
    mine = (_e.customer_id.in_(touched), _e.account == CUSTOMER)
    taken = case((_e.points < 0, -_e.points), else_=0)
    sums = (
        select(_e.customer_id, cast(func.sum(_e.points), BigInteger).label("balance"),
               cast(func.sum(taken), BigInteger).label("used"))
        .where(*mine).group_by(_e.customer_id).subquery("sums")
    )  # fmt: skip
    given = (
        select(_e.customer_id, _e.expires_on, func.sum(_e.points).label("points"))
        .where(*mine, _e.points > 0).group_by(_e.customer_id, _e.expires_on).subquery("given")
    )  # fmt: skip
    running = func.sum(given.c.points).over(partition_by=given.c.customer_id, order_by=given.c.expires_on)
    lots = select(given.c.customer_id, given.c.expires_on, running.label("points")).subquery("lots")
    order = func.row_number().over(partition_by=lots.c.customer_id, order_by=lots.c.expires_on)
    first = (
        select(lots.c.customer_id, lots.c.expires_on, cast(lots.c.points - sums.c.used, BigInteger).label("points"),
               order.label("place"))
        .join(sums, and_(sums.c.customer_id == lots.c.customer_id, lots.c.points > sums.c.used)).subquery("first")
    )  # fmt: skip
    now = (
        select(sums.c.customer_id, sums.c.balance, first.c.expires_on, func.coalesce(first.c.points, 0).label("points"))
        .outerjoin(first, and_(first.c.customer_id == sums.c.customer_id, first.c.place == 1)).subquery("now")
    )  # fmt: skip
    session.rows(update(_a).where(_a.customer_id == now.c.customer_id).values(
        balance=now.c.balance, expiring=now.c.points, expiring_on=now.c.expires_on, version=_a.version + 1,
    ))  # fmt: skip


def _booked(frame: Frame, chunk: Chunk) -> tuple[ColumnElement[bool], ...]:
    """What the jobs booked on this day."""
    return (chunk.holds(_e.customer_id), _e.booked_on == literal(frame.end), _e.account == CUSTOMER,
            _e.kind.in_(("earn", "expire")))  # fmt: skip


def _now() -> ColumnElement[Any]:
    return literal(business_now(), _e.at.type)
