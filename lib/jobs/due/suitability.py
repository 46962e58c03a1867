"""Due items of suitability: who holds a product above their capacity is looked at again by their manager (需复核)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Date, String, and_, exists, func, literal, select

from lib.jobs.due import making
from lib.jobs.due.making import add, c, day_of, item, none_open
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.products.stock import held_after, rank_of
from lib.store import models as m
from lib.store.bulk import BulkSession

KIND = "suitability"
_c, _h, _p = m.Customer, m.Holding, m.Product


def write_suitability_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Bring a chunk's reviews of suitability to the holdings and questionnaires of the frame's last day.

    One item a person and quarter, due in `suitability.review_days`; withdrawn once no mismatch is left. One that was
    settled is not opened again in its quarter. An expired questionnaire is no item of this kind.
    """
    mismatch = _mismatch(frame, chunk)
    left = exists().where(mismatch.c.customer_id == item.customer_id).correlate(item)
    over = making.drop(session, chunk, [KIND], "withdrawn", and_(item.by_rule.is_(True), ~left))
    due = day_of(frame.cutoff + timedelta(days=frame.rule("suitability.review_days")))
    key = literal(frame.key, String)
    query = select(*making.made(KIND, day_of(frame.quarter.start), due, key=key, value_fen=mismatch.c.amount))
    query = query.join(mismatch, mismatch.c.customer_id == c.customer_id).where(none_open(KIND))
    return over + add(session, query)


def _mismatch(frame: Frame, chunk: Chunk) -> Any:
    """Persons with a valid capacity and positions above it, with the amount of those in base currency."""
    amount = func.sum(frame.in_base(_h.amount_fen, _h.currency))
    standing = and_(_c.kind == "personal", _c.stage == "customer", _c.merged_into_id.is_(None))
    return (
        select(_c.customer_id, amount.label("amount"))
        .join(_h, _h.customer_id == _c.customer_id)
        .join(_p, _p.id == _h.product_id)
        .where(
            chunk.holds(_c.customer_id), standing, held_after(frame.after),
            _c.risk_capacity_until >= literal(frame.cutoff, Date),
            rank_of(_c.risk_capacity) > 0, rank_of(_p.risk_level) > rank_of(_c.risk_capacity),
        )
        .group_by(_c.customer_id)
        .subquery("mismatch")
    )  # fmt: skip
