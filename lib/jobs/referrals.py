"""The referrers' side of who brought whom, brought to what the customers' rows say: set-based, on every engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, cast, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession


def write_referrals(session: BulkSession, frame: Frame) -> int:
    """Rows for whoever was brought and has none, the day they opened an account, and none that says otherwise."""
    r, c = m.Referral, m.Customer
    by = aliased(m.Customer)
    brought = (c.referred_by_id.is_not(None), c.referred_by_id != c.customer_id, c.merged_into_id.is_(None))
    there = exists().where(r.customer_id == c.referred_by_id, r.referred_id == c.customer_id).correlate(c)
    missing = (
        select(c.referred_by_id, c.customer_id, func.coalesce(c.opened_on, c.known_since), c.opened_on,
               cast(literal("open"), String), literal(1))
        .join(by, by.customer_id == c.referred_by_id)
        .where(*brought, c.stage.in_(("prospect", "customer", "former")), ~there)
    )  # fmt: skip
    columns = ["customer_id", "referred_id", "recorded_on", "became_on", "state", "version"]
    rows = session.rows(_gone())
    rows += session.rows(insert(r).from_select(columns, missing))
    return rows + session.rows(_became())


def _gone() -> Any:
    """Open rows whose customer names somebody else by now, or was merged with another record."""
    r, c = m.Referral, m.Customer
    same = exists().where(c.customer_id == r.referred_id, c.referred_by_id == r.customer_id,
                          c.merged_into_id.is_(None)).correlate(r)  # fmt: skip
    return delete(r).where(r.state == "open", ~same)


def _became() -> Any:
    """Open rows of who opened an account since."""
    r, c = m.Referral, m.Customer
    day = select(c.opened_on).where(c.customer_id == r.referred_id).correlate(r).scalar_subquery()
    return update(r).where(r.state == "open", r.became_on.is_(None), day.is_not(None)).values(
        became_on=day, version=r.version + 1)  # fmt: skip
