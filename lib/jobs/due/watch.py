"""What is due because of how a customer stands: warned of, in special care, with a questionnaire that ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, or_, select

from lib.jobs.due import making
from lib.jobs.due.making import add, approachable, c, day_of, item, living, none_open, spread
from lib.jobs.facts.members import Chunk
from lib.jobs.facts.sources import reached
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import bank_date, days_after, greatest

_q = m.CustomerQuarter
_ENDED = ("closed", "withdrawn")
_NEVER = date(1970, 1, 1)  # names the cycle of who never answered a questionnaire
_CATCH_UP = 30  # days over which checks and questionnaires owed for longer are spread


def write_watch_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Calls to customers on the churn list, checks of those in special care, questionnaires to be renewed."""
    return _churn(session, frame, chunk) + _checks(session, frame, chunk) + _capacities(session, frame, chunk)


def _churn(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """One call a quarter to each flagged customer without a case (管理 §6.3): its case takes over from there."""
    flagged = _fact(frame, _q.churn_flag == 1)
    case_open = exists().where(m.Case.customer_id == c.customer_id, m.Case.kind == "churn",
                               m.Case.state.not_in(_ENDED)).correlate(c)  # fmt: skip
    wanted = and_(approachable(), flagged, ~case_open)
    done = making.finish(session, chunk, ["churn"]) + making.withdraw(session, chunk, ["churn"], wanted)
    due = day_of(frame.cutoff + timedelta(days=frame.rule("churn.contact_days")))
    key = literal(frame.key, String)
    query = (
        select(*making.made("churn", day_of(frame.start), due, key=key, value_fen=_q.at_risk_fen))
        .join(_q, _of_quarter(frame))
        .where(chunk.holds(c.customer_id), wanted)
    )  # fmt: skip
    return done + add(session, query)


def _checks(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """A visit to each customer in special care (管理 §7.2) so many days after the last talk."""
    every: dict[str, int] = frame.rule("care.special")
    marked = and_(approachable(), c.special_care.in_(list(every)))
    done = making.finish(session, chunk, ["check"]) + making.withdraw(session, chunk, ["check"], marked)
    last = reached(frame, chunk)
    after = case(*((c.special_care == code, literal(days)) for code, days in every.items()))
    since = func.coalesce(bank_date(last.c.at), c.opened_on, c.known_since)
    step = (
        select(c.customer_id.label("of"), days_after(since, after).label("due"))
        .outerjoin(last, last.c.customer_id == c.customer_id)
        .where(chunk.holds(c.customer_id), marked)
        .cte("checks").prefix_with("MATERIALIZED")
    )  # fmt: skip
    today = day_of(frame.cutoff)
    due = case((step.c.due < today, days_after(today, spread(literal(_CATCH_UP)))), else_=step.c.due)
    until = day_of(frame.cutoff + timedelta(days=frame.rule("visit.ahead_days")["visit"]))
    query = select(*making.made("check", step.c.due, due, about=c.special_care))
    query = query.join_from(step, c, c.customer_id == step.c.of).where(step.c.due <= until, none_open("check"))
    return done + add(session, query)


def _capacities(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """The questionnaire again, of who holds investments: before it ends, or soon where it has ended (§5)."""
    until = day_of(frame.cutoff + timedelta(days=frame.rule("capacity.ahead_days")))
    invests = and_(living(), c.kind == "personal", _fact(frame, _q.has_wealth == 1))
    test = m.CapacityTest
    by = (
        select(test.staff_id).where(test.customer_id == item.customer_id)
        .order_by(test.answered_at.desc(), test.id.desc()).limit(1).correlate(item).scalar_subquery()
    )  # fmt: skip
    renewed = exists().where(c.customer_id == item.customer_id, c.risk_capacity_until > until).correlate(item)
    done = making.settle(session, chunk, ["capacity"], renewed, by)
    done += making.withdraw(session, chunk, ["capacity"], invests)
    cycle = func.coalesce(c.risk_capacity_until, day_of(_NEVER))
    today = day_of(frame.cutoff)
    due = case((cycle < today, days_after(today, spread(literal(_CATCH_UP)))), else_=greatest(cycle, today))
    query = select(*making.made("capacity", cycle, due, key=cast(cycle, String), about_on=c.risk_capacity_until))
    wanted = (invests, or_(c.risk_capacity_until.is_(None), c.risk_capacity_until <= until), none_open("capacity"))
    return done + add(session, query.where(chunk.holds(c.customer_id), *wanted))


def _of_quarter(frame: Frame) -> ColumnElement[bool]:
    return and_(_q.customer_id == c.customer_id, _q.quarter == frame.key, _q.version == frame.version)


def _fact(frame: Frame, said: Any) -> ColumnElement[bool]:
    return exists().where(_of_quarter(frame), said).correlate(c)
