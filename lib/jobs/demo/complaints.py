"""The complaints of a chunk as rows: cases, their numbers and their history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from lib.jobs.demo.aftermath import suggestion, suggestion_moments, unhappy
from lib.jobs.demo.cases import Complaint, Course, run_course
from lib.jobs.demo.desk import mark
from lib.jobs.demo.lives import Lives
from lib.jobs.demo.organisation import Organisation
from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, days_within
from lib.jobs.demo.story import Story
from lib.settings import bank_day

SURGE_DAYS = 16
# A number's five digits are the case's place in the bank, stirred.
_STIR, _SERIALS = 61_803, 100_000


def complaint_days(
    plan: Plan, story: Story, people: People, lives: Lives, closed: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Which complaints of the chunk were really made (by place), by whom and on which day."""
    made = lives.complaints
    who, quarter = made["who"], made["quarter"]
    first = np.maximum(plan.starts[quarter], people.opened[who])
    last = np.where(np.isnat(closed[who]), plan.ends[quarter], np.minimum(plan.ends[quarter], closed[who] - 1))
    day = days_within(rng, first, last)
    if story.surge_day is not None:
        day = np.where(made["surge"], story.surge_day + rng.integers(0, SURGE_DAYS, len(day)), day)
    day = _repeats_later(made, day, rng)
    real = (day >= first) & (day <= last)
    return np.flatnonzero(real), who[real], day[real]


def _repeats_later(made: dict[str, Array], day: Array, rng: np.random.Generator) -> Array:
    """A repeated complaint comes some days or weeks after the first of the same quarter."""
    firsts = {(int(who), int(quarter)): place for place, (who, quarter, again) in enumerate(
        zip(made["who"], made["quarter"], made["repeat"], strict=True)) if not again}  # fmt: skip
    for place in np.flatnonzero(made["repeat"]):
        before = firsts[int(made["who"][place]), int(made["quarter"][place])]
        day[place] = day[before] + int(rng.integers(6, 40))
    return day


def make_complaints(
    plan: Plan, org: Organisation, people: People, lives: Lives, found: tuple[Array, Array, Array],
    wanted: list[tuple[int, str]], rng: np.random.Generator,
) -> Iterator[tuple[int, Course]]:  # fmt: skip
    """Every complaint of the chunk with its customer (by place in the chunk), and those wanted for the cast."""
    made = lives.complaints
    places, who, day = found
    branch, manager = people.owner(who, day)
    at = _moments(day, rng)
    matters: dict[int, tuple[str, str]] = {}
    for row in np.lexsort((day, who)).tolist():
        place = places[row]
        customer = int(who[row])
        one = Complaint(
            received_at=at[row], kind=_kind(people, customer), late=bool(made["late"][place]),
            very_late=bool(made["very_late"][place]), content=int(made["content"][place]),
            surge=bool(made["surge"][place]), staff=int(manager[row]),
            again=matters.get(customer) if made["repeat"][place] else None,
        )  # fmt: skip
        course = run_course(plan, org, one, rng)
        matters[customer] = course.said["business"], course.said["reason"]
        _about(course.said, branch=int(branch[row]), manager=int(manager[row]), staff=rng.random() < 0.2)
        yield customer, course
        follow = unhappy(plan, course, int(people.manager[customer]), rng)
        if follow is not None:
            yield customer, follow
    for place, said_at in suggestion_moments(at, rng):
        owner, kind = int(manager[place]), _kind(people, int(who[place]))
        # none before the bank's first quarter, which would else have complaints and nobody's money
        if np.datetime64(bank_day(said_at)) >= max(people.opened[who[place]], plan.starts[0]):
            yield int(who[place]), suggestion(plan, org, kind, said_at, int(branch[place]), owner, rng)
    for customer, matter in wanted:
        course = _wanted(plan, org, people, customer, matter, rng)
        yield customer, course
        holder = int(people.manager[customer])
        follow = unhappy(plan, course, holder, rng, until="investigating")
        if follow is not None:
            yield customer, follow
        if matter == "fresh":
            early = plan.now - timedelta(hours=float(rng.uniform(1, 9)))
            yield (
                customer,
                suggestion(plan, org, _kind(people, customer), early, int(people.branch[customer]), holder, rng),
            )


def case_number(place: int, received_at: datetime, letter: str) -> str:
    """The human number of the case at this place of the bank."""
    local = received_at + timedelta(hours=8)
    return f"{letter}{local:%y%m%d}-{place * _STIR % _SERIALS:05d}"


# What the cast finds open today: the state, days since receipt, whether promise and legal term were missed; a matter
# named in ASKING waits for a longer term, one in MARKS has what the desk adds to it.
OPEN_MATTERS: dict[str, tuple[str, float, bool, bool]] = {
    "fresh": ("received", 0.3, False, False),
    "waiting": ("received", 2.5, True, False),
    "accepted": ("accepted", 0.8, False, False),
    "investigating": ("investigating", 5.0, False, False),
    "due_soon": ("investigating", 14.2, False, False),
    "overdue": ("investigating", 24.0, False, True),
    "answered": ("answered", 6.0, False, False),
    "followed_up": ("followed_up", 14.0, False, False),
    "reopened": ("reopened", 17.0, False, False),
    "asking": ("investigating", 12.5, False, False),
    "asking_again": ("investigating", 27.5, False, False),
    "waiting_customer": ("investigating", 6.0, False, False),
    "crisis": ("investigating", 3.0, False, False),
    "reviewed": ("answered", 12.0, False, False),
}
ASKING = {"asking": "complex", "asking_again": "specially_complex"}


def _wanted(
    plan: Plan, org: Organisation, people: People, customer: int, matter: str, rng: np.random.Generator
) -> Course:
    state, days, late, very_late = OPEN_MATTERS[matter]
    manager = int(people.manager[customer])
    one = Complaint(
        received_at=plan.now - timedelta(days=days, seconds=int(rng.integers(0, 3600))), kind=_kind(people, customer),
        late=late, very_late=very_late, content=2, surge=matter == "crisis", staff=manager, until=state,
        asks=ASKING.get(matter, ""),
    )  # fmt: skip
    course = run_course(plan, org, one, rng)
    _about(course.said, branch=int(people.branch[customer]), manager=manager, staff=False)
    return mark(plan, org, course, matter)


def _about(said: dict[str, Any], branch: int, manager: int, staff: bool) -> None:
    said["about_branch_id"] = branch + 1
    said["about_staff_id"] = manager if staff else None


def _kind(people: People, customer: int) -> str:
    return "corporate" if people.firm[customer] else "personal"


def _moments(days: Array, rng: np.random.Generator) -> list[datetime]:
    """Complaints come by day and evening, and at weekends too: 8 to 21 o'clock in Shanghai."""
    seconds = rng.integers(0, 13 * 3600, len(days))
    return [datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=int(second))
            for day, second in zip(days.tolist(), seconds, strict=True)]  # fmt: skip
