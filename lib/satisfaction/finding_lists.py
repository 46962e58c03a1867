"""Findings read: what stands open and overdue, one finding's history, counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from lib.satisfaction.finding_steps import OPEN
from lib.store.functions import as_flag
from lib.store.models import Action, Branch, Finding, FindingStep, Staff

_f, _a = Finding, Action


@dataclass(frozen=True)
class Wanted:
    """Which findings: state (open: all that are not over; empty: all), branch, overdue only, one's own measures."""

    state: str = "open"
    branch_id: int | None = None
    overdue: bool = False
    mine: int | None = None


def is_late(on: date) -> ColumnElement[bool]:
    """Whether the measure is not done and over its day."""
    return and_(_f.state == "acting", _a.due_on < on)


def listed(wanted: Wanted, on: date) -> Select:
    """Findings with branch and measure, the overdue first, then by due day: Finding, branch, due_on, owner,
    owner_id."""
    owner = aliased(Staff)
    query = (
        select(_f, Branch.name.label("branch"), _a.due_on, owner.name.label("owner"), _a.owner_id)
        .outerjoin(Branch, Branch.id == _f.branch_id)
        .outerjoin(_a, _a.id == _f.action_id)
        .outerjoin(owner, owner.id == _a.owner_id)
        .where(*_criteria(wanted, on))
    )
    place = case((_f.state == "acting", 0), (_f.state == "done", 1), (_f.state.in_(OPEN), 2), else_=3)
    return query.order_by(place, _a.due_on, _f.found_on, _f.id)


def _criteria(wanted: Wanted, on: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state == "open":
        found.append(_f.state.in_(OPEN))
    elif wanted.state:
        found.append(_f.state == wanted.state)
    found += [_f.branch_id == wanted.branch_id] if wanted.branch_id is not None else []
    found += [is_late(on)] if wanted.overdue else []
    return found + ([_a.owner_id == wanted.mine] if wanted.mine is not None else [])


def one(finding_id: int) -> Select:
    """One finding: Finding, its measure (Action or None), branch, found_by, done_by, verified_by."""
    by = {name: aliased(Staff) for name in ("found_by", "done_by", "verified_by")}
    query: Any = select(_f, _a, Branch.name.label("branch"), *(who.name.label(name) for name, who in by.items()))
    query = query.outerjoin(_a, _a.id == _f.action_id).outerjoin(Branch, Branch.id == _f.branch_id)
    for name, who in by.items():
        query = query.outerjoin(who, who.id == getattr(_f, name))
    found: Select = query.where(_f.id == finding_id)
    return found


def steps_of(finding_id: int) -> Select:
    """What happened to a finding, the newest first: FindingStep, who."""
    s = FindingStep
    return (
        select(s, Staff.name.label("who")).join(Staff, Staff.id == s.staff_id).where(s.finding_id == finding_id)
        .order_by(s.at.desc(), s.id.desc())
    )  # fmt: skip


def counts(on: date, me: int) -> Select:
    """One row: open, overdue, to_verify, mine (measures of one's own that are not done), verified."""
    flags = {
        "open": _f.state.in_(OPEN), "overdue": is_late(on), "to_verify": _f.state == "done",
        "mine": and_(_f.state == "acting", _a.owner_id == me), "verified": _f.state == "verified",
    }  # fmt: skip
    sums = (cast(func.coalesce(func.sum(as_flag(flag)), 0), BigInteger).label(name) for name, flag in flags.items())
    return select(*sums).select_from(_f).outerjoin(_a, _a.id == _f.action_id)


def due_of(staff_id: int, on: date) -> Select:
    """One row of one's own measures that are to be done by a day: due, late (of them)."""
    return select(
        func.count().label("due"), cast(func.coalesce(func.sum(as_flag(_a.due_on < on)), 0), BigInteger).label("late")
    ).where(_a.owner_id == staff_id, _a.state == "open", _a.finding_id.is_not(None), _a.due_on <= on)
