"""Attendance of a training session, recorded for all at once: who was there, how they did, until when it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from lib.settings import business_now, today
from lib.store.ids import new_id
from lib.store.models import Course, TrainingRecord, TrainingSession
from lib.store.session import Refused, StoreSession, save
from lib.words import _
from lib.work.months import months_later


@dataclass(frozen=True)
class Seat:
    """One person in a session: there or not, the test result, and the version read (None: not recorded yet)."""

    staff_id: int
    attended: bool
    score: int | None = None
    version: int | None = None


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
