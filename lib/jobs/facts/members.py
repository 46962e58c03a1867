"""Whose rows count for whom: a chunk's customers, and those merged into one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, or_, select
from sqlalchemy.orm import aliased

from lib.kpi.frame import Frame
from lib.store.models import Customer


@dataclass(frozen=True)
class Chunk:
    """Some customers: those from the first to the last id (both included), or `only` these of them."""

    first: int
    last: int
    only: tuple[int, ...] | None = None

    def holds(self, customer_id: Any) -> ColumnElement[bool]:
        """Whether a column's customer is one of them."""
        if self.only is not None:
            chosen: ColumnElement[bool] = customer_id.in_(_numbers(list(self.only)))
            return chosen
        between: ColumnElement[bool] = customer_id.between(self.first, self.last)
        return between

    def __contains__(self, customer_id: int) -> bool:
        return customer_id in self.only if self.only is not None else self.first <= customer_id <= self.last


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
    own = chunk.holds(customer_id)
    return or_(own, customer_id.in_(_numbers(joined))) if joined else own


def merged_into(frame: Frame, chunk: Chunk) -> list[int]:
    """The merged customers that count for one of the chunk."""
    return [one for one, into in frame.merged if into in chunk]


def _numbers(ids: list[int]) -> Any:
    # Written out: PostgreSQL does not know a parameter of SELECT again in GROUP BY.
    return bindparam(None, ids, expanding=True, literal_execute=True)
