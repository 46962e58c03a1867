"""Complaints in figures: the stored facts of a quarter by what they were about, when they came, how long they took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from lib.store.models import CaseQuarter

BY_RECEIPT = ("business", "reason", "channel", "product")
CAUSE, DAYS = "cause", "days"
_COUNTED = ("received", "closed", "late")
_f = CaseQuarter


@dataclass(frozen=True)
class Facts:
    """One quarter's published facts at one level (bank, branch or handler), of one branch or person of it."""

    quarter: str
    version: int
    level: str
    branch_id: int | None = None
    staff_id: int | None = None

    def conditions(self) -> ColumnElement[bool]:
        """What names these facts among all."""
        wanted = [_f.quarter == self.quarter, _f.version == self.version, _f.level == self.level]
        if self.branch_id is not None:
            wanted.append(_f.branch_id == self.branch_id)
        if self.staff_id is not None:
            wanted.append(_f.staff_id == self.staff_id)
        return and_(*wanted)


@dataclass(frozen=True)
class Count:
    """Complaints of one code: received and late among the quarter's receipts, closed in the quarter."""

    code: str
    received: int
    closed: int
    late: int


@dataclass(frozen=True)
class Step:
    """One bar of a Pareto chart: its own count, its share of all, and the share with all larger ones."""

    code: str
    count: int
    share: float
    cumulative: float


def by_code(facts: Facts, dimension: str) -> Select:
    """`code, received, closed, late` of one dimension, the most received (of closings: closed) first."""
    sums = [func.sum(getattr(_f, name)).label(name) for name in _COUNTED]
    first = sums[1] if dimension in (CAUSE, DAYS) else sums[0]
    query = select(_f.code, *sums).where(facts.conditions(), _f.dimension == dimension)
    return query.group_by(_f.code).order_by(first.desc(), _f.code)


def by_branch(facts: Facts) -> Select:
    """`branch_id, received, closed, late` of every branch; `facts` at level branch."""
    sums = [func.sum(getattr(_f, name)).label(name) for name in _COUNTED]
    query = select(_f.branch_id, *sums).where(facts.conditions(), _f.dimension == "channel")
    return query.group_by(_f.branch_id).order_by(sums[0].desc(), _f.branch_id)


def by_week(facts: Facts, dimension: str) -> Select:
    """`week, code, received` of what was received in the quarter."""
    received = func.sum(_f.received).label("received")
    query = select(_f.week, _f.code, received).where(facts.conditions(), _f.dimension == dimension, _f.received > 0)
    return query.group_by(_f.week, _f.code).order_by(_f.week, _f.code)


def weeks_of(facts: Sequence[Facts], first: str, last: str) -> Select:
    """`branch_id, week, cause, received, closed` over several quarters, by the week the complaints came in.

    `received` stands in the rows without a cause, `closed` in those of a cause (`none`: closed without one).
    `first` and `last` are Mondays, both included.
    """
    cause = case((_f.dimension == CAUSE, _f.code), else_="").label("cause")
    return (
        select(_f.branch_id, _f.week, cause, func.sum(_f.received), func.sum(_f.closed))
        .where(or_(*(one.conditions() for one in facts)), _f.dimension.in_(("channel", CAUSE)))
        .where(_f.week.between(first, last))
        .group_by(_f.branch_id, _f.week, cause)
    )


def pareto(counts: Sequence[tuple[str, int]]) -> list[Step]:
    """The counts from the largest down, each with the share of all that it reaches together with the larger ones."""
    everything = sum(count for _code, count in counts)
    steps, so_far = [], 0
    for code, count in sorted(counts, key=lambda one: (-one[1], one[0])):
        if count:
            so_far += count
            steps.append(Step(code, count, count / everything, so_far / everything))
    return steps


def vital_few(steps: Sequence[Step], share: float) -> list[Step]:
    """The fewest causes that together reach a share of all."""
    for place, step in enumerate(steps):
        if step.cumulative >= share:
            return list(steps[: place + 1])
    return list(steps)


def quantile(days: Mapping[int, int], share: float) -> int | None:
    """The fewest days within which at least this share was closed (nearest rank); None of nothing."""
    everything, so_far = sum(days.values()), 0
    for length in sorted(days):
        so_far += days[length]
        if so_far >= share * everything and so_far:
            return length
    return None


def within(days: Mapping[int, int], most: int) -> float | None:
    """The share closed within so many days; None of nothing."""
    everything = sum(days.values())
    return sum(count for length, count in days.items() if length <= most) / everything if everything else None
