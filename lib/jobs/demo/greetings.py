"""Birthdays and festivals of the quarters before: greeted in person, by a message, or missed."""

from __future__ import annotations

import numpy as np

from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, material
from lib.jobs.demo.planned import Planned, by_message, done_by, first_talk, group, joined, missed
from lib.jobs.demo.service import RANKS
from lib.jobs.demo.talks import Talks
from lib.work import festivals as calendar

BIRTHDAY_BY_MESSAGE, FESTIVAL_BY_MESSAGE = 0.68, 0.62
GRACE, FESTIVAL_AHEAD = 2, 10  # days after which refresh calls a greeting missed; days before a festival


def birthdays(plan: Plan, people: People, talks: Talks, rng: np.random.Generator) -> Planned:
    """Of the better personal customers, each year's birthday that is over."""
    best = np.flatnonzero(~people.firm & ~people.prospect & (people.rank > RANKS[1]))
    years = range(plan.quarters[0].year, plan.quarters[-1].year + 1)
    who = np.tile(best, len(years))
    year = np.repeat(np.array(list(years)), len(best))
    day = _in_year(people.born[who], year)
    over = (day >= plan.starts[0]) & (day < plan.ends[-1] - GRACE)
    who, day = who[over], day[over]
    found = group("birthday", who, day)
    found.about_on = found.due
    return _greeted(plan, people, found, talks, day - 2, BIRTHDAY_BY_MESSAGE, rng)


def festivals(plan: Plan, people: People, talks: Talks, rng: np.random.Generator) -> Planned:
    """The festivals of rule care.festival, of the better customers."""
    best = np.flatnonzero(~people.prospect & (people.rank > RANKS[1]))
    first, last = plan.quarters[0].start, plan.today
    asked = plan.book.value("care.festival", last)["festivals"]
    parts = []
    for code, day in calendar.between(plan.book, first, last, last):
        when = np.datetime64(day)
        if code not in asked or when >= plan.ends[-1] - GRACE:
            continue
        days = np.full(len(best), when)
        found = group("festival", best, days)
        found.about_on, found.about = found.due, np.full(len(best), code, dtype=object)
        found.key = np.full(len(best), f"{code}-{day.year}", dtype=object)
        parts.append(_greeted(plan, people, found, talks, days - FESTIVAL_AHEAD, FESTIVAL_BY_MESSAGE, rng))
    return joined(parts) if parts else group("festival", best[:0], np.zeros(0, dtype="datetime64[D]"))


def _greeted(
    plan: Plan, people: People, found: Planned, talks: Talks, since: Array, messaged: float, rng: np.random.Generator
) -> Planned:
    """By a conversation of those days, else by a message in time, else missed."""
    care = talks.some(talks.reached & (talks.purpose == "care"))
    place = first_talk(care, found.who, since, found.due)
    spoken = place >= 0
    at = np.maximum(place, 0)
    if len(care.who):
        done_by(found, care.ids[at], care.at[at], care.staff[at], spoken)
    staff = people.owner(found.who, found.due)[1]
    told = ~spoken & (rng.random(len(found)) < messaged)
    by_message(found, told, found.due, staff, material("words")["due"]["greeted"], rng)
    missed(found, ~spoken & ~told, found.due + GRACE + 1)
    return found


def _in_year(born: Array, year: Array) -> Array:
    """Birthdays in these years; of 29 February, on the 28th in other years."""
    months = born.astype("datetime64[M]")
    month = months.astype(int) % 12
    day = (born - months).astype(int)
    start = ((year - 1970) * 12 + month).astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    return np.asarray(start.astype("datetime64[D]") + np.minimum(day, length - 1))
