"""Who must take which course by when, and when it was done: one row a duty, worked out in the database (办法 §七.1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from lib.store.functions import days_after, greatest
from lib.store.models import Course, Staff, TrainingRecord

_s, _c, _r = Staff, Course, TrainingRecord


def duties(on: date) -> Subquery:
    """Every duty known on a day: `staff_id, branch_id, course_id, again, due_on, done_on`.

    First within the course's days after joining (or after the course was introduced, whichever is later), then
    again (`again` 1) when what was passed runs out. `done_on` is the first pass after that began to run.
    """
    passes = _passes(on)
    first = (
        select(passes.c.staff_id, passes.c.course_id, passes.c.taken_on).where(passes.c.place == 1).subquery("first")
    )
    since = greatest(func.coalesce(_s.joined_on, _c.since_day), _c.since_day)
    begun = (
        select(
            _s.id.label("staff_id"), func.coalesce(_s.branch_id, 0).label("branch_id"), _c.id.label("course_id"),
            literal(0).label("again"), days_after(since, _c.within_days).label("due_on"),
            first.c.taken_on.label("done_on"),
        )
        .join_from(_s, _c, must_take())
        .outerjoin(first, and_(first.c.staff_id == _s.id, first.c.course_id == _c.id))
        .where(there_on(on), _c.since_day <= literal(on, Date))
    )  # fmt: skip
    renewed = (
        select(
            _s.id, func.coalesce(_s.branch_id, 0), _c.id, literal(1), passes.c.valid_until, passes.c.next_on,
        )
        .join_from(passes, _s, _s.id == passes.c.staff_id)
        .join(_c, and_(_c.id == passes.c.course_id, must_take()))
        .where(there_on(on), passes.c.valid_until.is_not(None))
    )  # fmt: skip
    return union_all(begun, renewed).subquery("duties")


def must_take() -> ColumnElement[bool]:
    """Whether a person's post is among those a course is asked of."""
    pattern = literal("%|", String).concat(_s.role).concat("|%")
    return and_(_c.active.is_(True), _c.posts.like(pattern))


def there_on(on: date) -> ColumnElement[bool]:
    """Whether a person worked at the bank on a day."""
    day = literal(on, Date)
    return and_(or_(_s.joined_on.is_(None), _s.joined_on <= day), or_(_s.left_on.is_(None), _s.left_on > day),
                or_(_s.active.is_(True), _s.left_on.is_not(None)))  # fmt: skip


def listed(on: date, until: date | None = None, staff_id: int | None = None, branch_id: int | None = None) -> Select:
    """Open duties due by a day, the earliest first: `staff_id, staff, branch_id, course_id, course, again, due_on`."""
    d = duties(on)
    wanted: list[Any] = [d.c.done_on.is_(None)]
    if until is not None:
        wanted.append(d.c.due_on <= literal(until, Date))
    if staff_id is not None:
        wanted.append(d.c.staff_id == staff_id)
    if branch_id is not None:
        wanted.append(d.c.branch_id == branch_id)
    return named(d).where(*wanted).order_by(d.c.due_on, _s.name, d.c.staff_id, _c.code)


def named(d: Subquery) -> Select:
    """Duties with the names of person and course."""
    return (
        select(d.c.staff_id, _s.name.label("staff"), _s.login, d.c.branch_id, d.c.course_id, _c.title.label("course"),
               d.c.again, d.c.due_on, d.c.done_on)
        .join_from(d, _s, _s.id == d.c.staff_id)
        .join(_c, _c.id == d.c.course_id)
    )  # fmt: skip


def counted(d: Subquery, start: date, end: date, over_before: date) -> dict[str, ColumnElement[bool]]:
    """Which duties count in a span as `due`, and which of those as `done`.

    Due in it, or before it and not done when it began; one whose day is not over (`over_before`) only if done.
    """
    due = and_(
        d.c.due_on <= literal(end, Date),
        or_(d.c.due_on >= literal(start, Date), d.c.done_on.is_(None), d.c.done_on >= literal(start, Date)),
        or_(d.c.due_on < literal(over_before, Date), d.c.done_on.is_not(None)),
    )
    return {"training_due": due, "training_done": and_(due, d.c.done_on.is_not(None))}


def _passes(on: date) -> Subquery:
    """What was passed up to a day, in order: until when it holds, and when the course was passed next."""
    window: dict[str, Any] = {"partition_by": (_r.staff_id, _r.course_id), "order_by": (_r.taken_on, _r.id)}
    return (
        select(
            _r.staff_id, _r.course_id, _r.taken_on, _r.valid_until,
            func.row_number().over(**window).label("place"),
            func.lead(_r.taken_on).over(**window).label("next_on"),
        )
        .where(_r.passed.is_(True), _r.taken_on <= literal(on, Date))
        .subquery("passes")
    )  # fmt: skip


def late(due_on: Any, on: date) -> ColumnElement[int]:
    """1 for a duty whose day is over."""
    return case((due_on < literal(on, Date), 1), else_=0)
