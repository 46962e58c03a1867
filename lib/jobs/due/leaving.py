"""Due items that ask why a customer left: of who closed or went quiet and whose reason nobody has said (制度 §七)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, select

from lib.churn.leaving import ASK, UNKNOWN
from lib.jobs.due import making
from lib.jobs.due.making import add, c, day_of, item
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import days_after, greatest

_q = m.CustomerQuarter


def write_leaving_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """One item a loss, due `leaving.ask_days` after it; done once a reason is known, void for who came back.

    Who left longer ago than `leaving.back_days` is not asked any more, nor who asked to be left alone or died.
    """
    known = and_(c.leaving_reason.is_not(None), c.leaving_reason.not_in(UNKNOWN))
    told = exists().where(c.customer_id == item.customer_id, known).correlate(item)
    by = select(c.leaving_said_by).where(c.customer_id == item.customer_id).correlate(item).scalar_subquery()
    ended = making.settle(session, chunk, [ASK], told, by)
    asked = and_(c.merged_into_id.is_(None), c.do_not_contact.is_(False), ~known_or_null(known))
    ended += making.withdraw(session, chunk, [ASK], and_(asked, _left(frame, _q.gone == 1)))
    lost_on = func.coalesce(c.closed_on, day_of(frame.start))
    today = day_of(frame.cutoff)
    due = greatest(days_after(lost_on, frame.rule("leaving.ask_days")), today)
    key = cast(lost_on, String)
    worth = case((_q.opening_aum_fen.is_not(None), _q.opening_aum_fen))
    query = (
        select(*making.made(ASK, lost_on, due, key=key, about_on=c.closed_on, value_fen=worth))
        .outerjoin(_q, _of_quarter(frame))
        .where(chunk.holds(c.customer_id), asked, _left(frame, _q.lost == 1))
    )  # fmt: skip
    return ended + add(session, query)


def known_or_null(known: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition over nullable columns as plain true or false: NOT NULL would be neither."""
    return case((known, True), else_=False)


def _left(frame: Frame, quiet: Any) -> ColumnElement[bool]:
    """Closed within the days one still asks, or without having closed one of the `quiet` of this quarter: lost in it,
    or (whose question stands from an earlier one) still gone."""
    since = day_of(frame.cutoff - timedelta(days=frame.rule("leaving.back_days")))
    dormant: Any = exists().where(_of_quarter(frame), quiet, _q.closed == 0).correlate(c)
    closed = and_(c.stage == "former", c.closed_on >= since, c.closed_on <= day_of(frame.cutoff))
    return or_(closed, and_(c.stage == "customer", dormant))


def _of_quarter(frame: Frame) -> ColumnElement[bool]:
    return and_(_q.customer_id == c.customer_id, _q.quarter == frame.key, _q.version == frame.version)
