"""Whose rows count for whom: a chunk's customers, and those merged into one of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, or_, select
from sqlalchemy.orm import aliased

from lib.kpi.frame import Frame
from lib.store.models import Customer

#: first and last customer id, both included
Chunk = tuple[int, int]


def member(frame: Frame, chunk: Chunk, customer_id: Any) -> Any:
    """The customer a row counts for: its own, or the one that was merged into. Ask once, and group by the answer."""
    joined = merged_into(frame, chunk)
    if not joined:
        return customer_id
    other = aliased(Customer)
    into = select(other.merged_into_id).where(other.customer_id == customer_id).scalar_subquery()
    return case((customer_id.in_(_numbers(joined)), into), else_=customer_id)


def counted(frame: Frame, chunk: Chunk, customer_id: Any) -> ColumnElement[bool]:
    """Whether a row counts for a customer of the chunk."""
    joined = merged_into(frame, chunk)
    own: ColumnElement[bool] = customer_id.between(*chunk)
    return or_(own, customer_id.in_(_numbers(joined))) if joined else own


def merged_into(frame: Frame, chunk: Chunk) -> list[int]:
    """The merged customers that count for one of the chunk."""
    return [one for one, into in frame.merged if chunk[0] <= into <= chunk[1]]


def _numbers(ids: list[int]) -> Any:
    # Written out: PostgreSQL does not know a parameter of SELECT again in GROUP BY.
    return bindparam(None, ids, expanding=True, literal_execute=True)
