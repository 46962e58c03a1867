"""Training of the demonstration bank's staff: monthly sessions, most in time, some late, a few failed or forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select

from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.plan import Plan, material
from lib.settings import day_start
from lib.staff.attendance import Seat, result
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.load import load
from lib.work.months import months_later

_SESSION_DAY = 16
_FORGOTTEN, _LATE, _FAILED = 0.02, 0.05, 0.06
_FAIL_BY = 9
_APART = 91  # courses begin a quarter apart, so that some are due in each
_MANY = 60  # courses taken by one person, at the most


def write_training(session: BulkSession, plan: Plan, org: Organisation) -> None:
    """Courses, the sessions they were given in, and who took them; a session of each is planned for next month."""
    since = plan.quarters[0].start
    courses = [_course(number, said, since) for number, said in enumerate(material("people")["course"], 1)]
    session.add_all(courses)
    session.flush()
    staff = session.execute(select(m.Staff.id, m.Staff.role, m.Staff.joined_on, m.Staff.left_on)
                            .order_by(m.Staff.id)).all()  # fmt: skip
    held: dict[tuple[int, date], int] = {}
    records: list[dict[str, Any]] = []
    rng = plan.random(15)
    for course in courses:
        for person in staff:
            for day, seat in _taken(plan, course, person, rng):
                place = held.setdefault((course.id, day), len(held) + 1)
                records.append({
                    "id": len(records) + 1, "session_id": place, "course_id": course.id, "staff_id": person.id,
                    "taken_on": day, "recorded_by": org.crm, "recorded_at": day_start(day), "version": 1,
                    **result(course, day, seat),
                })  # fmt: skip
    coming = _on_or_after(plan.today + timedelta(days=1))
    trainers = {course.id: said["trainer"] for course, said in zip(courses, material("people")["course"], strict=True)}
    rows = [(place, course_id, day, "held") for (course_id, day), place in held.items()]
    rows += [(len(held) + course.id, course.id, coming, "planned") for course in courses]
    load(session, m.TrainingSession, {
        "id": [row[0] for row in rows], "course_id": [row[1] for row in rows], "held_on": [row[2] for row in rows],
        "state": [row[3] for row in rows], "trainer": [trainers[row[1]] for row in rows],
        "created_by": org.crm, "version": 1,
        "created_at": [day_start(min(row[2], plan.today)) for row in rows],
    })  # fmt: skip
    load(session, m.TrainingRecord, {name: [row[name] for row in records] for name in records[0]} if records else {})


def _course(number: int, said: dict[str, Any], since: date) -> m.Course:
    posts = f"|{'|'.join(said['posts'])}|" if said["posts"] else ""
    first = since + timedelta(days=_APART * (number % 4))
    return m.Course(
        id=number, code=said["code"], title=said["title"], kind=said["kind"], form=said["form"], hours=said["hours"],
        posts=posts, since_day=first, within_days=said["within_days"], refresh_months=said.get("again"),
        pass_mark=said.get("pass_mark"), active=True, version=1,
    )  # fmt: skip


def _taken(plan: Plan, course: m.Course, person: Any, rng: np.random.Generator) -> Iterator[tuple[date, Seat]]:
    """The sessions one person sat in: before each due day as a rule; a failed test again the month after."""
    if f"|{person.role}|" not in course.posts:
        return
    joined = max(person.joined_on or course.since_day, course.since_day)
    until = min(person.left_on or plan.today, plan.today)
    due = joined + timedelta(days=course.within_days)
    earliest = joined
    for _turn in range(_MANY):
        luck = rng.random()
        if luck < _FORGOTTEN:
            return
        day = _on_or_after(due + timedelta(days=20)) if luck < _FORGOTTEN + _LATE else _on_or_before(due, earliest)
        if day >= until:
            return
        failed = course.pass_mark is not None and rng.random() < _FAILED
        score = None if course.pass_mark is None else _score(course.pass_mark, failed, rng)
        yield day, Seat(person.id, True, score)
        if failed:
            due, earliest = day + timedelta(days=31), day + timedelta(days=1)
            continue
        if course.refresh_months is None:
            return
        due = months_later(day, course.refresh_months)
        earliest = due - timedelta(days=45)


def _score(mark: int, failed: bool, rng: np.random.Generator) -> int:
    return int(mark - rng.integers(1, _FAIL_BY)) if failed else int(rng.integers(mark, 101))


def _on_or_before(day: date, earliest: date) -> date:
    """The last session day by a day; the first one after `earliest` where there is none between."""
    this = day.replace(day=_SESSION_DAY)
    found = this if this <= day else months_later(this, -1)
    return found if found >= earliest else _on_or_after(earliest)


def _on_or_after(day: date) -> date:
    this = day.replace(day=_SESSION_DAY)
    return this if this >= day else months_later(this, 1)
