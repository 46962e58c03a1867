"""Regular visits by tier (方案 §3.2) and the quarterly meeting with firms (办法 §五.1), planned from the last talk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, select

from lib.jobs.due import making
from lib.jobs.due.making import add, approachable, c, day_of, item, none_open, spread
from lib.jobs.facts.members import Chunk
from lib.jobs.facts.sources import reached
from lib.kpi.frame import Frame
from lib.store.bulk import BulkSession
from lib.store.functions import bank_date, days_after, greatest, months_after


def write_visit_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Visits and meetings: one open item each at most, due an interval after the customer was last spoken with.

    What has been owed for longer is spread over the days of rule visit.catch_up_days, each customer on its own day.
    Ended by a conversation that reached the customer (a meeting by a meeting); withdrawn from who left or asked not
    to be contacted.
    """
    done = making.finish(session, chunk, ["visit"]) + making.finish(session, chunk, ["meeting"], "meeting")
    done += making.withdraw(session, chunk, ["visit", "meeting"], approachable())
    return done + _visits(session, frame, chunk) + _meetings(session, frame, chunk)


def _visits(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    interval = frame.rule("visit.interval_days")
    after = case(*((c.tier == tier, literal(days)) for tier, days in interval.items()))
    last = reached(frame, chunk)
    wanted = c.tier.in_(list(interval))
    return _add(session, frame, chunk, "visit", last, lambda since: days_after(since, after), wanted)


def _meetings(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    months: int = frame.rule("visit.corporate_meeting_months")
    last = reached(frame, chunk, "meeting")
    return _add(session, frame, chunk, "meeting", last, lambda since: months_after(since, literal(months)),
                c.kind == "corporate")  # fmt: skip


def _add(session: BulkSession, frame: Frame, chunk: Chunk, kind: str, last: Any, next_: Any, wanted: Any) -> int:
    catch_up = case(*((c.tier == tier, literal(days)) for tier, days in frame.rule("visit.catch_up_days").items()),
                    else_=literal(30))  # fmt: skip
    today = day_of(frame.cutoff)
    until = day_of(frame.cutoff + timedelta(days=frame.rule("visit.ahead_days")[kind]))
    ended = _ended(chunk, kind)
    begun = func.coalesce(c.opened_on, c.known_since)
    talked = func.coalesce(bank_date(last.c.at), begun)
    since = greatest(talked, func.coalesce(bank_date(ended.c.at), talked))
    step = (
        select(c.customer_id.label("of"), talked.label("talked"), last.c.at.label("at"), next_(since).label("due"))
        .outerjoin(last, last.c.customer_id == c.customer_id)
        .outerjoin(ended, ended.c.customer_id == c.customer_id)
        .where(chunk.holds(c.customer_id), approachable(), wanted)
        .cte("step")
        .prefix_with("MATERIALIZED")
    )
    due = case((step.c.due < today, days_after(today, spread(catch_up))), else_=step.c.due)
    talk = case((step.c.at.is_not(None), step.c.talked))
    query = (
        select(*making.made(kind, step.c.due, due, about_on=talk))
        .join_from(step, c, c.customer_id == step.c.of)
        .where(step.c.due <= until, none_open(kind))
    )
    return add(session, query)


def _ended(chunk: Chunk, kind: str) -> Any:
    """When an item of the kind last ended: one that was dropped is not brought up again before its next time."""
    return (
        select(item.customer_id, func.max(item.ended_at).label("at"))
        .where(and_(chunk.holds(item.customer_id), item.kind == kind, item.state != "open"))
        .group_by(item.customer_id)
        .subquery("ended")
    )
