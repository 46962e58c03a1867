"""Due items of suitability: who holds a product above their capacity is looked at again by their manager (需复核)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, String, and_, func, insert, literal, select, true, update

from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.products.stock import held_after, rank_of
from lib.settings import business_now
from lib.store import models as m
from lib.store.bulk import BulkSession

KIND = "suitability"
#: ids of this kind lie here: two decimal digits are left below the day for records merged later
_BASE = 10 * 10**10
_c, _h, _p, _item = m.Customer, m.Holding, m.Product, m.DueItem
_COLUMNS = ["customer_id", "id", "kind", "subject_key", "due_on", "original_due_on", "state", "owner_id", "branch_id",
            "by_rule", "created_at", "version", "value_fen"]  # fmt: skip


def write_suitability_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Bring a chunk's reviews of suitability to the holdings and questionnaires of the frame's last day.

    One item a person and quarter, due in `suitability.review_days`; no mismatch left: dropped. One that was settled
    is not opened again in its quarter. An expired questionnaire is no item of this kind.
    """
    mismatch = _mismatch(frame, chunk)
    whose = select(mismatch.c.customer_id).where(mismatch.c.customer_id == _item.customer_id)
    over = update(_item).where(
        chunk.holds(_item.customer_id), _item.kind == KIND, _item.by_rule.is_(True), _item.state == "open",
        ~whose.correlate(_item).exists(),
    ).values(state="dropped", ended_at=business_now(), version=_item.version + 1)  # fmt: skip
    known = (
        select(_item.id)
        .where(_item.customer_id == _c.customer_id, _item.kind == KIND)
        .where((_item.subject_key == frame.key) | (_item.state == "open"))
        .exists()
    )
    due = frame.cutoff + timedelta(days=frame.rule("suitability.review_days"))
    start = frame.quarter.start
    number = _BASE + (start.year * 10_000 + start.month * 100 + start.day) * 100
    wanted = (
        select(
            _c.customer_id, literal(number, BigInteger), literal(KIND, String), literal(frame.key, String),
            literal(due, Date), literal(due, Date), literal("open", String), _c.manager_id, _c.branch_id, true(),
            literal(business_now(), _item.created_at.type), literal(1), mismatch.c.amount,
        )
        .join(mismatch, mismatch.c.customer_id == _c.customer_id)
        .where(~known)
    )  # fmt: skip
    return session.rows(over) + session.rows(insert(_item).from_select(_COLUMNS, wanted))


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
