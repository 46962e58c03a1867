"""Decisions and actions as selects: what a review decided and follows, what is one's own, who may own one."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from lib.settings import day_end
from lib.store.models import Action, Staff
from lib.store.quarter import Quarter


def owners(branch_id: int | None) -> Select[Staff]:
    """Who may own a decision: whoever may own an action there, the leaders, and for the bank the heads too."""
    roles = ("complaint_officer", "crm", "leadership", *(() if branch_id is not None else ("head",)))
    there: ColumnElement[bool] = Staff.role.in_(roles)
    if branch_id is not None:
        there = or_(there, and_(Staff.branch_id == branch_id, Staff.role.in_(("head", "manager"))))
    return select(Staff).where(Staff.active, there).order_by(Staff.role, Staff.name, Staff.id)


def of_quarter(quarter: Quarter) -> Select[Action]:
    """What the review of a quarter decided, in scope: open first, by due day."""
    return select(Action).where(Action.quarter == str(quarter)).order_by(*_in_order())


def followed(quarter: Quarter, back: int) -> Select[Action]:
    """What the review of a quarter follows: earlier decisions, actions against causes and measures of findings given
    by its end, open or ended in the last `back` quarters before it or since."""
    since = quarter.shift(-back).start
    earlier = or_(
        Action.quarter < str(quarter), and_(Action.quarter.is_(None), Action.created_at < day_end(quarter.end))
    )
    lives = or_(Action.state == "open", Action.ended_on >= since)
    last = case((Action.quarter == str(quarter.shift(-1)), 0), else_=1)
    return select(Action).where(earlier, lives).order_by(last, *_in_order())


def due_of(staff_id: int, on: date) -> Select:
    """How many decisions are one's own to do, known by a day, and how many of them were due before it: due, late."""
    own = (Action.quarter.is_not(None), Action.owner_id == staff_id, Action.state == "open")
    late = func.count(case((Action.due_on < on, 1)))
    query = select(func.count().label("due"), late.label("late")).select_from(Action)
    return query.where(*own, Action.created_at < day_end(on))


def _in_order() -> tuple[Any, ...]:
    return case((Action.state == "open", 0), else_=1), Action.due_on, Action.id
