"""Courses, sessions and attendance: what a form must say, who may record whom, what a result comes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from lib.rulebook import Rulebook, shipped_rows
from lib.settings import today
from lib.staff import training, training_read
from lib.staff.attendance import Seat, record_attendance, result
from lib.staff.duties import duties, listed
from lib.staff.training import CourseForm, SessionForm
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.session import Conflict, PassesBy, Refused, open_session
from tests.cast import CHEN, GAO, LI, NORTH, SOUTH, WANG, ZHANG, ZHAO, SmallBank, scope

BOOK = Rulebook(shipped_rows())
ON = date(2026, 11, 29)
GOOD: dict[str, Any] = {
    "code": "K9", "title": "反洗钱", "kind": "in_service", "form": "online", "hours": 4, "posts": ("manager", "head"),
    "since_day": date(2026, 1, 1), "within_days": 60, "again": 12, "pass_mark": 80,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, 0),
        ({"code": ""}, 1),
        ({"code": "K" * 21}, 1),
        ({"title": " "}, 1),
        ({"kind": "evening"}, 1),
        ({"form": ""}, 1),
        ({"hours": 0}, 1),
        ({"hours": 1}, 0),
        ({"posts": ()}, 0),  # offered, asked of nobody
        ({"posts": ("teller",)}, 1),
        ({"within_days": 730}, 0),
        ({"within_days": 731}, 1),
        ({"kind": "new_staff", "within_days": 90}, 0),
        ({"kind": "new_staff", "within_days": 91}, 1),  # rule training.new_staff_days
        ({"again": 0}, 1),
        ({"again": None, "pass_mark": None}, 0),
        ({"pass_mark": 101}, 1),
    ],
)
def test_what_a_course_must_say(changed: dict[str, Any], problems: int) -> None:
    assert len(CourseForm(**{**GOOD, **changed}).problems(BOOK, ON)) == problems


@given(some.booleans(), some.integers(0, 100), some.integers(1, 100), some.sampled_from([None, 1, 12, 24]))
def test_only_who_was_there_and_reached_the_mark_has_passed(there: bool, score: int, mark: int, again: int) -> None:
    course = m.Course(hours=3, pass_mark=mark, refresh_months=again)
    said = result(course, ON, Seat(1, there, score))
    assert said["passed"] == (there and score >= mark)
    assert said["hours"] == (3 if there else 0)
    assert (said["valid_until"] is not None) == (said["passed"] and again is not None)


def test_without_a_test_attending_is_passing() -> None:
    assert result(m.Course(hours=2, pass_mark=None, refresh_months=12), date(2026, 2, 28), Seat(1, True)) == {
        "attended": True, "score": None, "passed": True, "hours": 2, "valid_until": date(2027, 2, 28)}  # fmt: skip


@pytest.fixture
def courses(bank: SmallBank) -> Iterator[int]:
    """The small bank with one course for managers and heads; its id."""
    yield made()


@pytest.fixture
def on_sqlite(sqlite_bank: SmallBank) -> int:
    return made()


def made(**changed: Any) -> int:
    with bulk("clear") as session:
        session.rows(m.TrainingRecord.__table__.delete())
        session.rows(m.TrainingSession.__table__.delete())
    with open_session(scope("crm.zhao"), "appraisal", write=True) as session:
        return training.save_course(session, None, 0, CourseForm(**{**GOOD, **changed}))


def planned(course: int, login: str = "crm.zhao", branch: int | None = None, back: int = 0) -> int:
    with open_session(scope(login), "appraisal", write=True) as session:
        form = SessionForm(course, today() - timedelta(days=back), branch)
        return training.plan_session(session, form)


def record(session_id: int, seats: list[Seat], login: str = "crm.zhao") -> int:
    with open_session(scope(login), "appraisal", write=True) as session:
        return record_attendance(session, session_id, seats)


def records() -> dict[int, m.TrainingRecord]:
    with bulk("look", write=False) as session:
        return {row.staff_id: row for row in session.scalars(select(m.TrainingRecord))}


def test_a_whole_session_is_recorded_at_once(courses: int) -> None:
    held = planned(courses)
    assert record(held, [Seat(ZHANG, True, 85), Seat(GAO, True, 79), Seat(LI, False)]) == 2
    found = records()
    assert set(found) == {ZHANG, GAO}  # the absent are not kept until they were once recorded
    assert (found[ZHANG].passed, found[ZHANG].hours, found[ZHANG].recorded_by) == (True, 4, ZHAO)
    assert found[ZHANG].valid_until is not None
    assert (found[GAO].passed, found[GAO].valid_until, found[GAO].hours) == (False, None, 4)
    with bulk("look", write=False) as session:
        assert session.get_one(m.TrainingSession, held).state == "held"


def test_a_result_is_corrected_and_a_stale_one_told(courses: int) -> None:
    held = planned(courses)
    record(held, [Seat(ZHANG, True, 70)])
    assert record(held, [Seat(ZHANG, True, 70, version=1)]) == 0  # nothing changed
    assert record(held, [Seat(ZHANG, True, 90, version=1)]) == 1
    with pytest.raises(Conflict):
        record(held, [Seat(ZHANG, True, 60, version=1)])
    assert records()[ZHANG].score == 90


def test_who_was_recorded_by_mistake_is_set_absent(on_sqlite: int) -> None:
    held = planned(on_sqlite)
    record(held, [Seat(ZHANG, True, 90)])
    record(held, [Seat(ZHANG, False, None, version=1)])
    found = records()[ZHANG]
    assert (found.attended, found.passed, found.hours, found.valid_until) == (False, False, 0, None)


@pytest.mark.parametrize(
    ("seats", "back"),
    [
        ([Seat(ZHANG, True, None)], 0),  # the course has a test
        ([Seat(ZHANG, True, 101)], 0),
        ([Seat(ZHANG, False, 90)], 0),
        ([Seat(ZHANG, True, 90)], -1),  # tomorrow
    ],
)
def test_what_attendance_must_say(on_sqlite: int, seats: list[Seat], back: int) -> None:
    held = planned(on_sqlite, back=back)
    with pytest.raises(Refused):
        record(held, seats)
    assert records() == {}


@pytest.mark.parametrize(
    "login", ["rm.zhang", "care.chen", "legal.qian", "exec.zhou", "check.sun", "admin.wu", "product.he"]
)
def test_posts_that_only_see_their_own_record_nothing(on_sqlite: int, login: str) -> None:
    held = planned(on_sqlite)
    with pytest.raises(Refused):
        record(held, [Seat(ZHANG, True, 90)], login)
    with pytest.raises(Refused):
        planned(on_sqlite, login, NORTH)


def test_a_head_records_the_own_branch_and_not_oneself(on_sqlite: int) -> None:
    held = planned(on_sqlite, "head.wang", NORTH)
    assert record(held, [Seat(ZHANG, True, 90)], "head.wang") == 1
    with pytest.raises(Refused, match="本支行员工"):
        record(held, [Seat(LI, True, 90)], "head.wang")
    with pytest.raises(Refused, match="本人"):
        record(held, [Seat(WANG, True, 90)], "head.wang")
    with pytest.raises(Refused, match="本支行"):
        planned(on_sqlite, "head.wang", SOUTH)
    with pytest.raises(Refused, match="本支行"):
        planned(on_sqlite, "head.wang", None)


def test_courses_are_the_departments(on_sqlite: int) -> None:
    with pytest.raises(Refused), open_session(scope("head.wang"), "appraisal", write=True) as session:
        training.save_course(session, None, 0, CourseForm(**{**GOOD, "code": "K8"}))
    with pytest.raises(Refused, match="K9"), open_session(scope("crm.zhao"), "appraisal", write=True) as session:
        training.save_course(session, None, 0, CourseForm(**GOOD))


def test_nobody_records_in_anothers_name(on_sqlite: int) -> None:
    held = planned(on_sqlite)
    with pytest.raises(PassesBy), open_session(scope("crm.zhao"), "appraisal", write=True) as session:
        session.add(m.TrainingRecord(
            session_id=held, course_id=on_sqlite, staff_id=ZHANG, taken_on=today(), attended=True, passed=True, hours=4,
            recorded_by=WANG,
        ))  # fmt: skip


def test_a_held_session_is_not_cancelled(on_sqlite: int) -> None:
    held, other = planned(on_sqlite), planned(on_sqlite)
    record(held, [Seat(ZHANG, True, 90)])
    with pytest.raises(Refused), open_session(scope("crm.zhao"), "appraisal", write=True) as session:
        training.cancel_session(session, held, 2)
    with open_session(scope("crm.zhao"), "appraisal", write=True) as session:
        training.cancel_session(session, other, 1)
    with pytest.raises(Refused, match="已取消"):
        record(other, [Seat(ZHANG, True, 90)])


def test_the_roster_is_who_must_come(courses: int) -> None:
    held = planned(courses, "head.wang", NORTH)
    with open_session(scope("head.wang"), "appraisal") as session:
        row = session.get_one(m.TrainingSession, held)
        rows = session.execute(training_read.roster(row, NORTH, today())).all()
        assert {one.id for one in rows} == {ZHANG, GAO, WANG}


def due_days(on: date = ON) -> dict[int, list[tuple[int, date, date | None]]]:
    d = duties(on)
    with bulk("look", write=False) as session:
        found: dict[int, list[tuple[int, date, date | None]]] = {}
        for row in session.execute(select(d).order_by(d.c.staff_id, d.c.due_on)):
            found.setdefault(row.staff_id, []).append((row.again, row.due_on, row.done_on))
        return found


def test_duties_begin_with_the_course_or_with_joining_and_come_again(courses: int) -> None:
    """The course is asked since 1 January within 60 days and again after twelve months."""
    with bulk("set") as session:
        session.get_one(m.Staff, GAO).joined_on = date(2026, 6, 10)
        session.get_one(m.Staff, LI).left_on = date(2026, 5, 1)
        held = m.TrainingSession(id=900, course_id=courses, held_on=date(2026, 3, 1), state="held", created_by=ZHAO)
        session.add(held)
        session.add(m.TrainingRecord(
            session_id=900, course_id=courses, staff_id=ZHANG, taken_on=date(2026, 3, 1), attended=True, score=90,
            passed=True, hours=4, valid_until=date(2027, 3, 1), recorded_by=ZHAO,
        ))  # fmt: skip
    found = due_days()
    assert found[ZHANG] == [(0, date(2026, 3, 2), date(2026, 3, 1)), (1, date(2027, 3, 1), None)]
    assert found[GAO] == [(0, date(2026, 8, 9), None)]  # sixty days after joining
    assert LI not in found and CHEN not in found  # left; of a post that is not asked
    assert ZHANG not in due_days(date(2025, 12, 31))  # the course was not there yet
    with open_session(scope("head.wang"), "appraisal") as session:
        open_ones = session.execute(listed(ON, ON, branch_id=NORTH)).all()
        assert [(row.staff_id, row.due_on) for row in open_ones] == [(WANG, date(2026, 3, 2)), (GAO, date(2026, 8, 9))]
        mine = session.execute(training.due_of(WANG, rulebook(), ON)).all()
        assert [row.due_on for row in mine] == [date(2026, 3, 2)]
