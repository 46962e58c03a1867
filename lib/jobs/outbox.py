"""The outbox from the gateway's side: messages are taken in batches, and what became of them is written back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, null, or_, select, update

from lib.care import policy
from lib.care.rules import MARKETING, Rules, rules_of
from lib.settings import business_now, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.store.outgoing import SERVICE, addresses

MOST = 1_000
_ATTEMPTS = 20
_AT_ONCE = 500
#: how far a report takes a message; one that stands further on is not taken back
_RANK = {"taken": 0, "sent": 1, "delivered": 2, "failed": 2}
STATUSES = ("sent", "delivered", "failed")
_REASON, _REFERENCE = 200, 80


@dataclass(frozen=True)
class Taken:
    """One message handed to the gateway; `address` in clear."""

    id: int
    customer: str
    address: str
    occasion: str
    send_on: str
    text: str


@dataclass(frozen=True)
class Batch:
    """What one take gave; `why` says why nothing leaves now (outside_hours, quiet_day), `cancelled` counts those whose
    customer meanwhile asked to be left alone, or has no address any more."""

    id: int
    channel: str
    taken_at: datetime
    messages: tuple[Taken, ...] = ()
    cancelled: int = 0
    why: str = ""


@dataclass(frozen=True)
class Result:
    """What the gateway says of one message; `at` is aware."""

    id: int
    status: str
    at: datetime | None = None
    reference: str | None = None
    reason: str | None = None


@dataclass
class Reported:
    """What a report did: written; already known (said again, or an earlier step said later); contradicting what was
    final; of messages never taken; of none the outbox has."""

    written: int = 0
    known: int = 0
    contradicting: list[int] = field(default_factory=list)
    not_taken: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def take(channel: str, most: int = MOST, again_after: timedelta | None = None) -> Batch:
    """Claim messages of a channel that are due; committed before they are told, so that no two gateways get one.

    With `again_after` those are given that were taken so long ago and never reported on: a gateway that was killed
    may have sent them. Outside the hours of rule care.quiet nothing leaves, on a quiet day service alone.
    """
    rules, at = rules_of(rulebook(), today()), business_now()
    batch = Batch(new_id(), channel, at)
    if not rules.within_hours(at):
        return Batch(batch.id, channel, at, why="outside_hours")
    cancelled = 0
    for _attempt in range(_ATTEMPTS):
        with bulk("outbox") as session:
            found = session.execute(_due(channel, rules, min(most, MOST), again_after, at)).all()
            if not found:
                break
            lost = {row.id: row.why for row in found if row.why}
            cancelled += _cancel(session, found, lost)
            won = _claim(session, [row for row in found if not row.why], at)
            messages = _told(session, won, channel, str(batch.id))
            session.note(f"taken {channel} {batch.id}", len(messages))
        if messages:
            return Batch(batch.id, channel, at, messages, cancelled)
    return Batch(batch.id, channel, at, cancelled=cancelled, why="quiet_day" if rules.is_quiet(today()) else "")


def _due(channel: str, rules: Rules, most: int, again_after: timedelta | None, at: datetime) -> Any:
    """The next messages with why each may not leave any more; locked, so that who waited sees what was taken."""
    one, of = m.Message, m.Campaign
    waits: ColumnElement[bool] = one.state == "queued"
    if again_after is not None:
        waits = and_(one.state == "taken", one.taken_at < at - again_after)
    stopped = exists().where(of.id == one.campaign_id, of.state == "cancelled").correlate(one)
    where = [one.channel == channel, waits, one.send_on <= today(), ~stopped]
    if rules.is_quiet(today()):
        where.append(one.occasion.in_(SERVICE))
    return (
        select(one.customer_id, one.id, one.version, one.state, _lost(channel, rules).label("why"))
        .join(m.Customer, m.Customer.customer_id == one.customer_id)
        .where(*where).order_by(one.send_on, one.id).limit(most).with_for_update(of=one)
    )  # fmt: skip


def _lost(channel: str, rules: Rules) -> ColumnElement[str | None]:
    """Why a queued message may not leave after all: what changed since it was written."""
    one, c = m.Message, m.Customer
    proactive = one.occasion.not_in(SERVICE)
    return case(
        (and_(proactive, policy.gone()), literal("not_customer")),
        (and_(proactive, c.do_not_contact.is_(True)), literal("do_not_contact")),
        (~policy.opens(channel, rules) if channel in ("sms", "email") else c.number.is_(None), literal("no_address")),
        (and_(one.occasion.in_(MARKETING), policy.complains()), literal("complaint")),
        (and_(one.occasion.in_(MARKETING), c.no_automated_advice.is_(True)), literal("no_advice")),
        else_=null(),
    )  # fmt: skip


def _claim(session: BulkSession, rows: Sequence[Any], at: datetime) -> list[tuple[int, int]]:
    """Take them where they still stand as they were read: customer and id of those that were."""
    one, won = m.Message, []
    for row in rows:
        won.append(and_(one.customer_id == row.customer_id, one.id == row.id, one.version == row.version,
                        one.state == row.state))  # fmt: skip
    found: list[tuple[int, int]] = []
    for first in range(0, len(won), 100):
        claim = (
            update(one).where(or_(*won[first : first + 100]))
            .values(state="taken", taken_at=at, version=one.version + 1).returning(one.customer_id, one.id)
        )  # fmt: skip
        found += [(customer, id_) for customer, id_ in session.execute(claim, execution_options=_PLAIN)]
    return found


_PLAIN = {"synchronize_session": False}


def _cancel(session: BulkSession, rows: Sequence[Any], lost: dict[int, str]) -> int:
    one, done = m.Message, 0
    for why in sorted(set(lost.values())):
        of = [row for row in rows if lost.get(row.id) == why]
        keys = [and_(one.customer_id == row.customer_id, one.id == row.id, one.version == row.version) for row in of]
        for first in range(0, len(keys), 100):
            statement = update(one).where(or_(*keys[first : first + 100]))
            done += session.rows(statement.values(state="cancelled", failure=why, version=one.version + 1))
    if lost:
        session.note("cancelled", done)
        _to_do_again(session, list(lost))
    return done


def _told(session: BulkSession, won: Sequence[tuple[int, int]], channel: str, batch: str) -> tuple[Taken, ...]:
    one = m.Message
    found: list[Any] = []
    where = addresses(session, (customer for customer, _id in won), channel, batch)
    ids = [id_ for _customer, id_ in won]
    for first in range(0, len(ids), _AT_ONCE):
        part = select(one.customer_id, one.id, one.occasion, one.send_on, one.text).where(
            one.id.in_(ids[first : first + _AT_ONCE])
        )
        found += session.execute(part.order_by(one.send_on, one.id)).all()
    return tuple(
        Taken(row.id, where[row.customer_id].number, where[row.customer_id].at(channel) or "", row.occasion,
              row.send_on.isoformat(), row.text)
        for row in found
    )  # fmt: skip


def report(results: Sequence[Result]) -> Reported:
    """Write back what became of messages; said twice or out of order it comes to the same.

    What a failed message did is to be done again by its owner.
    """
    done = Reported()
    for first in range(0, len(results), _AT_ONCE):
        _report(results[first : first + _AT_ONCE], done)
    return done


def _report(results: Sequence[Result], done: Reported) -> None:
    one = m.Message
    with bulk("outbox") as session:
        asked = select(one).where(one.id.in_([result.id for result in results])).order_by(one.id).with_for_update()
        known = {row.id: row for row in session.scalars(asked)}
        failed = [result.id for result in results if _write(known.get(result.id), result, done)]
        session.flush()
        if failed:
            _to_do_again(session, failed)
        session.note("reported", len(results))


def _write(row: m.Message | None, said: Result, done: Reported) -> bool:
    """Whether the message failed just now."""
    if row is None:
        done.unknown.append(said.id)
        return False
    if row.state not in _RANK:
        done.not_taken.append(said.id)
        return False
    if _RANK[said.status] <= _RANK[row.state]:
        final = _RANK[row.state] == _RANK["failed"] and said.status in ("delivered", "failed")
        if final and said.status != row.state:
            done.contradicting.append(said.id)
        else:
            done.known += 1
        return False
    row.state, row.reported_at = said.status, said.at or business_now()
    row.gateway_reference = (said.reference or row.gateway_reference or "")[:_REFERENCE] or None
    row.failure = (said.reason or "")[:_REASON] or None if said.status == "failed" else None
    done.written += 1
    return said.status == "failed"


def _to_do_again(session: BulkSession, message_ids: Sequence[int]) -> None:
    """The due items that these messages had done stand open again."""
    one, item = m.Message, m.DueItem
    mine = exists().where(one.customer_id == item.customer_id, one.due_item_id == item.id, one.id.in_(message_ids))
    again = {"state": "open", "ended_at": None, "ended_by": None, "outcome": None, "version": item.version + 1}
    reopened = session.rows(update(item).where(item.state == "done", item.contact_id.is_(None), mine).values(**again))
    if reopened:
        session.note("due_item", reopened)


def status(again_after: timedelta) -> list[dict[str, Any]]:
    """What stands in the outbox by channel: how many wait, are due now, were taken long ago, were sent and failed."""
    one, at = m.Message, business_now()
    due = and_(one.state == "queued", one.send_on <= today())
    late = and_(one.state == "taken", one.taken_at < at - again_after)
    whens = {**{state: one.state == state for state in ("queued", "taken", "sent", "delivered", "failed", "cancelled")},
             "due": due, "unreported": late}  # fmt: skip
    sums = [func.sum(case((when, 1), else_=0)).label(name) for name, when in whens.items()]
    query = select(one.channel, *sums).group_by(one.channel).order_by(one.channel)
    with bulk("outbox", write=False) as session:
        return [{key: value if key == "channel" else int(value or 0) for key, value in row._asdict().items()}
                for row in session.execute(query)]  # fmt: skip
