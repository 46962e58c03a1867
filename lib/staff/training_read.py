"""Reading training: courses, sessions, who is expected in one, and what a person has taken."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from lib.staff.duties import must_take, there_on
from lib.store.models import Branch, Course, Staff, TrainingRecord, TrainingSession


def courses() -> Select[Course]:
    """All courses, those in use first."""
    return select(Course).order_by(Course.active.desc(), Course.kind.desc(), Course.code)


def sessions() -> Select:
    """Sessions in scope, the newest first: `id, course, held_on, branch, trainer, state, attended, passed`."""
    s, r = TrainingSession, TrainingRecord
    counted = (
        select(r.session_id, func.sum(case((r.attended.is_(True), 1), else_=0)).label("attended"),
               func.sum(case((r.passed.is_(True), 1), else_=0)).label("passed"))
        .group_by(r.session_id).subquery("counted")
    )  # fmt: skip
    return (
        select(s.id, s.version, s.course_id, Course.title.label("course"), s.held_on, Branch.name.label("branch"),
               s.branch_id, s.trainer, s.state, counted.c.attended, counted.c.passed)
        .join(Course, Course.id == s.course_id)
        .outerjoin(Branch, Branch.id == s.branch_id)
        .outerjoin(counted, counted.c.session_id == s.id)
        .order_by(s.held_on.desc(), s.id)
    )  # fmt: skip


def roster(held: TrainingSession, branch_id: int | None, on: date) -> Select:
    """Who is expected in a session or was recorded in it: `id, name, role, branch, attended, score, version`.

    Expected: whose post must take the course, of the session's branch; `branch_id` narrows to one's own.
    """
    r = TrainingRecord
    here: list[ColumnElement[bool]] = [there_on(on)]
    if held.branch_id is not None:
        here.append(Staff.branch_id == held.branch_id)
    if branch_id is not None:
        here.append(Staff.branch_id == branch_id)
    known = and_(r.session_id == held.id, r.staff_id == Staff.id)
    return (
        select(Staff.id, Staff.name, Staff.role, Branch.name.label("branch"), r.attended, r.score, r.version)
        .select_from(Staff)
        .join(Course, Course.id == literal(held.course_id))
        .outerjoin(r, known)
        .outerjoin(Branch, Branch.id == Staff.branch_id)
        .where(and_(*here), or_(must_take(), r.id.is_not(None)))
        .order_by(Branch.name, Staff.role, Staff.name, Staff.id)
    )


def records_of(staff_id: int) -> Select:
    """What one person has taken, the newest first."""
    r = TrainingRecord
    return (
        select(Course.title.label("course"), r.taken_on, r.attended, r.score, r.passed, r.hours, r.valid_until)
        .join(Course, Course.id == r.course_id)
        .where(r.staff_id == staff_id)
        .order_by(r.taken_on.desc(), r.id.desc())
    )


def hours_of(staff_id: int, year: int) -> Select:
    """The hours one person has taken in a calendar year."""
    r = TrainingRecord
    then = r.taken_on.between(date(year, 1, 1), date(year, 12, 31))
    return select(func.coalesce(func.sum(r.hours), 0)).where(r.staff_id == staff_id, r.attended.is_(True), then)
