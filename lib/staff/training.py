"""Training of staff (办法 §七.1): courses, sessions, who was there and passed, and what is due for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.staff.duties import listed, must_take, there_on
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Branch, Course, Staff, TrainingRecord, TrainingSession
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes
from lib.work.months import months_later

LONGEST_TITLE, LONGEST_CODE, MOST_HOURS, MOST_DAYS, MOST_MONTHS = 80, 20, 200, 730, 120


@dataclass(frozen=True)
class CourseForm:
    """A course as it is entered; `posts` are roles, `again` months until it is due again (None: once is enough)."""

    code: str
    title: str
    kind: str
    form: str
    hours: int
    posts: tuple[str, ...]
    since_day: date
    within_days: int
    again: int | None = None
    pass_mark: int | None = None
    active: bool = True

    def problems(self, book: Rulebook, on: date) -> list[str]:
        """What keeps it from being saved, as sentences."""
        found = (
            [] if self.code.strip() and len(self.code.strip()) <= LONGEST_CODE else [_("请填写课程代码，最多 20 字。")]
        )
        if not self.title.strip() or len(self.title.strip()) > LONGEST_TITLE:
            found.append(_("请填写课程名称，最多 80 字。"))
        if self.kind not in codes("course_kind") or self.form not in codes("course_form"):
            found.append(_("请选择课程类别与形式。"))
        if not 1 <= self.hours <= MOST_HOURS:
            found.append(_("学时须在 1 与 {n} 之间。").format(n=MOST_HOURS))
        found += self._terms(book, on)
        if any(post not in codes("role") for post in self.posts):
            found.append(_("请选择须参加的岗位。"))
        return found

    def _terms(self, book: Rulebook, on: date) -> list[str]:
        most = book.value("training.new_staff_days", on) if self.kind == "new_staff" else MOST_DAYS
        found = []
        if not 1 <= self.within_days <= most:
            found.append(_("完成期限须在 1 与 {n} 天之间。").format(n=most))
        if self.again is not None and not 1 <= self.again <= MOST_MONTHS:
            found.append(_("复训间隔须在 1 与 {n} 个月之间。").format(n=MOST_MONTHS))
        if self.pass_mark is not None and not 1 <= self.pass_mark <= 100:
            found.append(_("合格分须在 1 与 100 之间。"))
        return found

    def values(self) -> dict[str, Any]:
        """The columns of the course but its code."""
        return {
            "title": self.title.strip(), "kind": self.kind, "form": self.form, "hours": self.hours,
            "posts": f"|{'|'.join(self.posts)}|" if self.posts else "", "since_day": self.since_day,
            "within_days": self.within_days, "refresh_months": self.again, "pass_mark": self.pass_mark,
            "active": self.active,
        }  # fmt: skip


@dataclass(frozen=True)
class SessionForm:
    """A course to be given on a day, for a branch or (None) the whole bank."""

    course_id: int | None
    held_on: date
    branch_id: int | None
    trainer: str = ""

    def problems(self) -> list[str]:
        """What keeps it from being planned, as sentences."""
        found = [] if self.course_id is not None else [_("请选择课程。")]
        if len(self.trainer.strip()) > LONGEST_TITLE:
            found.append(_("讲师姓名最多 80 字。"))
        return found


@dataclass(frozen=True)
class Seat:
    """One person in a session: there or not, the test result, and the version read (None: not recorded yet)."""

    staff_id: int
    attended: bool
    score: int | None = None
    version: int | None = None


def save_course(session: StoreSession, course_id: int | None, read_version: int, form: CourseForm) -> int:
    """Enter a course or change it; its id. Raises Refused with the form's problems or for a code in use."""
    problems = form.problems(rulebook(), today())
    if problems:
        raise Refused("".join(problems))
    if course_id is not None:
        save(session, session.get_one(Course, course_id), read_version, form.values())
        return course_id
    if session.scalar(select(Course.id).where(Course.code == form.code.strip())) is not None:
        raise Refused(_("课程代码 {code} 已有。").format(code=form.code.strip()))
    course = Course(id=new_id(), code=form.code.strip(), version=1, **form.values())
    session.add(course)
    session.flush()
    return course.id


def plan_session(session: StoreSession, form: SessionForm) -> int:
    """Plan a session; its id. Raises Refused with the form's problems."""
    problems = form.problems()
    if problems:
        raise Refused("".join(problems))
    row = TrainingSession(
        id=new_id(), course_id=form.course_id, held_on=form.held_on, branch_id=form.branch_id, version=1,
        trainer=form.trainer.strip() or None, state="planned", created_by=session.scope.staff_id,
        created_at=business_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def cancel_session(session: StoreSession, session_id: int, read_version: int) -> None:
    """Cancel a session that nobody has been recorded in. Raises Refused for one that was held."""
    row = session.get_one(TrainingSession, session_id)
    if row.state != "planned":
        raise Refused(_("这场培训已举办或已取消。"))
    save(session, row, read_version, {"state": "cancelled"})


def seat_problems(course: Course, held: TrainingSession, seats: Sequence[Seat], on: date) -> list[str]:
    """What keeps a session's attendance from being recorded, as sentences."""
    if held.state == "cancelled":
        return [_("这场培训已取消。")]
    if held.held_on > on:
        return [_("培训当天或之后才能登记出席。")]
    found = []
    if any(seat.score is not None and not 0 <= seat.score <= 100 for seat in seats):
        found.append(_("成绩须在 0 与 100 之间。"))
    if any(seat.score is not None and not seat.attended for seat in seats):
        found.append(_("未出席的员工不能有成绩。"))
    if course.pass_mark is not None and any(seat.attended and seat.score is None for seat in seats):
        found.append(_("这门课须测试：请填写出席员工的成绩。"))
    return found


def record_attendance(session: StoreSession, session_id: int, seats: Sequence[Seat]) -> int:
    """Record who was there and how they did; how many records were written. The absent are kept once recorded.

    Raises Refused with what is wrong, Conflict where somebody recorded a person meanwhile.
    """
    held = session.get_one(TrainingSession, session_id)
    course = session.get_one(Course, held.course_id)
    problems = seat_problems(course, held, seats, today())
    if problems:
        raise Refused("".join(problems))
    mine = select(TrainingRecord).where(TrainingRecord.session_id == session_id)
    known = {row.staff_id: row for row in session.scalars(mine)}
    written = 0
    for seat in seats:
        written += _record(session, held, course, seat, known.get(seat.staff_id))
    if held.state == "planned" and written:
        save(session, held, held.version, {"state": "held"})
    session.flush()
    return written


def result(course: Course, day: date, seat: Seat) -> dict[str, Any]:
    """What a seat comes to: passed or not, the hours, and until when it holds."""
    passed = seat.attended and (course.pass_mark is None or (seat.score or 0) >= course.pass_mark)
    again = course.refresh_months if passed else None
    return {
        "attended": seat.attended, "score": seat.score, "passed": passed, "hours": course.hours if seat.attended else 0,
        "valid_until": months_later(day, again) if again else None,
    }  # fmt: skip


def _record(
    session: StoreSession, held: TrainingSession, course: Course, seat: Seat, known: TrainingRecord | None
) -> int:
    said = result(course, held.held_on, seat)
    if known is None:
        if not seat.attended:
            return 0
        session.add(TrainingRecord(
            id=new_id(), session_id=held.id, course_id=course.id, staff_id=seat.staff_id, taken_on=held.held_on,
            recorded_by=session.scope.staff_id, recorded_at=business_now(), version=1, **said,
        ))  # fmt: skip
        return 1
    if all(getattr(known, name) == value for name, value in said.items()):
        return 0
    save(session, known, seat.version or 0, {**said, "recorded_by": session.scope.staff_id})
    return 1


def due_of(staff_id: int, book: Rulebook, on: date) -> Select:
    """What is due for one person within rule training.ahead_days, the earliest first (see duties.listed)."""
    return listed(on, on + timedelta(days=book.value("training.ahead_days", on)), staff_id=staff_id)


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
