"""Training of staff (办法 §七.1): courses, sessions, who was there and passed, and what is due for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select

from lib.rulebook import Rulebook
from lib.settings import business_now, today
from lib.staff.duties import listed
from lib.store.book import rulebook
from lib.store.ids import new_id
from lib.store.models import Course, TrainingSession
from lib.store.session import Refused, StoreSession, save
from lib.words import _, codes

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


def due_of(staff_id: int, book: Rulebook, on: date) -> Select:
    """What is due for one person within rule training.ahead_days, the earliest first (see duties.listed)."""
    return listed(on, on + timedelta(days=book.value("training.ahead_days", on)), staff_id=staff_id)
