"""Service checks read: the list with scores, one check's marks, branches by quarter, the weakest items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, case, cast, func, literal, select

from lib.store.functions import as_flag
from lib.store.models import Branch, CheckMark, ServiceCheck, Staff
from lib.store.quarter import Quarter

_c, _m = ServiceCheck, CheckMark


@dataclass(frozen=True)
class Wanted:
    """Which checks: of a kind (empty: all), of a branch (None: all in reach), of these days."""

    kind: str = ""
    branch_id: int | None = None
    since: date | None = None
    until: date | None = None

    def criteria(self, *, voided: bool = False) -> list[ColumnElement[bool]]:
        """As conditions; a check taken back counts only where it is said."""
        found: list[ColumnElement[bool]] = [] if voided else [_c.voided_on.is_(None)]
        found += [_c.kind == self.kind] if self.kind else []
        found += [_c.branch_id == self.branch_id] if self.branch_id is not None else []
        found += [_c.checked_on >= self.since] if self.since else []
        return found + ([_c.checked_on <= self.until] if self.until else [])


def _total(column: Any) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def listed(wanted: Wanted) -> Select:
    """Checks with their sums, the newest first: id, kind, checked_on, branch, inspector, voided_on, points, most."""
    return (
        select(_c.id, _c.kind, _c.checked_on, Branch.name.label("branch"), _c.inspector, _c.voided_on,
               _total(_m.points).label("points"), _total(_m.most).label("most"))
        .join(Branch, Branch.id == _c.branch_id)
        .outerjoin(_m, _m.check_id == _c.id)
        .where(*wanted.criteria(voided=True))
        .group_by(_c.id, _c.kind, _c.checked_on, Branch.name, _c.inspector, _c.voided_on)
        .order_by(_c.checked_on.desc(), _c.id.desc())
    )  # fmt: skip


def one(check_id: int) -> Select:
    """One check with the names of its branch and of who recorded it: ServiceCheck, branch, recorded_by."""
    return (
        select(_c, Branch.name.label("branch"), Staff.name.label("recorded_by"))
        .join(Branch, Branch.id == _c.branch_id)
        .outerjoin(Staff, Staff.id == _c.staff_id)
        .where(_c.id == check_id)
    )


def marks_of(check_id: int) -> Select[CheckMark]:
    """The marks of a check."""
    return select(_m).where(_m.check_id == check_id)


def by_branch(wanted: Wanted, quarters: Sequence[Quarter]) -> Select:
    """Sums of every branch in each of these quarters: branch_id, quarter, checks, points, most."""
    quarter: ColumnElement[str] = case(
        *((_c.checked_on.between(one.start, one.end), literal(str(one), String)) for one in quarters), else_=None
    )
    sums = (
        select(_c.branch_id, quarter.label("quarter"), _c.id, _total(_m.points).label("points"),
               _total(_m.most).label("most"))
        .join(_m, _m.check_id == _c.id)
        .where(*wanted.criteria(), _c.checked_on.between(quarters[0].start, quarters[-1].end))
        .group_by(_c.id, _c.branch_id, _c.checked_on)
        .subquery("sums")
    )  # fmt: skip
    return (
        select(sums.c.branch_id, sums.c.quarter, func.count().label("checks"), _total(sums.c.points).label("points"),
               _total(sums.c.most).label("most"))
        .group_by(sums.c.branch_id, sums.c.quarter)
    )  # fmt: skip


def by_item(wanted: Wanted, poor_percent: int) -> Select:
    """Every item, the weakest first: kind, item, marks, points, most, poor (how often below the line)."""
    poor = _total(as_flag(_m.points * 100 < _m.most * poor_percent))
    points, most = _total(_m.points), _total(_m.most)
    return (
        select(_c.kind, _m.item, func.count().label("marks"), points.label("points"), most.label("most"),
               poor.label("poor"))
        .join(_m, _m.check_id == _c.id)
        .where(*wanted.criteria())
        .group_by(_c.kind, _m.item)
        .order_by(points * 10_000 // most, _c.kind, _m.item)
    )  # fmt: skip
