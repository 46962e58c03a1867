"""What was planned for customers in the quarters before: visits, meetings, greetings, maturities; how each ended.

Rows as rules would have made them (the same natural ids, so that a refresh makes none of them again), each ended by a
conversation that took place, by a message, or not at all. What is still to come is left to the refresh.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.jobs.demo.greetings import birthdays, festivals
from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, material, pick
from lib.jobs.demo.planned import (
    NOBODY,
    Planned,
    by_message,
    done_by,
    ended_on,
    first_talk,
    group,
    joined,
    missed,
    no_time,
    numbers,
)
from lib.jobs.demo.service import RANKS, office_hours
from lib.jobs.demo.story import Story
from lib.jobs.demo.talks import Talks
from lib.jobs.due.making import natural_id

#: share that is late in an ordinary quarter and how much worse at a branch at its worst; days early and late
LATE, LATE_AT_WORST, EARLY_DAYS, LATE_DAYS = 0.13, 0.3, 6, 13
MOVED = 0.5  # of the late ones: somebody put it off in time
GIVEN_UP, NO_MEETING, CHECKED, STANDING = 0.6, 0.3, 0.6, 0.035
RECENT, STANDING_DAYS, MOVED_ON = 12, 12, 0.3
MATURITY_STAGE, MATURITY_LEAST, MATURITY_BY_MESSAGE = 7, 5_000_000, 0.72
ACTIONS_QUARTERS, ACTIONS_DONE = 2, 0.86
FOLLOW_UP = 90 * 10**10  # where their ids begin, beyond those of the rules' kinds


def make_plans(
    plan: Plan, story: Story, people: People, closed: Array, special: Array, held: dict[str, Array], talks: Talks,
    rng: np.random.Generator,
) -> dict[str, Any]:  # fmt: skip
    """Columns of due_item for one chunk, less customer_id (`who` instead)."""
    visits = _talked(plan, story, people, talks.some(talks.purpose == "visit"), "visit", rng)
    marked = np.array([one is not None for one in special])[talks.who] & ~people.firm[talks.who]
    checked = marked & np.isin(talks.purpose, ("visit", "care", "sales")) & (rng.random(len(talks.who)) < CHECKED)
    meets = talks.some(talks.purpose == "meeting")
    parts = [
        visits, _talked(plan, story, people, meets, "meeting", rng), _never_met(plan, people, meets, rng),
        _talked(plan, story, people, talks.some(checked), "check", rng), birthdays(plan, people, talks, rng),
        festivals(plan, people, talks, rng), _maturities(plan, people, held, talks, rng), _actions(plan, meets, rng),
        _standing(plan, people, visits, rng),
    ]  # fmt: skip
    return _columns(people, _kept(plan, people, closed, joined(parts)))


def _talked(plan: Plan, story: Story, people: People, talks: Talks, kind: str, rng: np.random.Generator) -> Planned:
    """A visit for each conversation: done by it, in time or late; where it reached nobody given up, or tried again."""
    size, day = len(talks.who), talks.day
    quarter = np.clip(np.searchsorted(plan.starts, day, "right") - 1, 0, len(plan.quarters) - 1)
    fault = np.maximum(story.fault[people.branch[talks.who], quarter], 0)
    late = rng.random(size) < LATE + LATE_AT_WORST * fault
    shift = np.where(late, -rng.integers(1, LATE_DAYS, size), rng.integers(0, EARLY_DAYS, size))
    due = day + np.where(talks.reached, shift, rng.integers(0, 3, size))
    done = group(kind, talks.who, due)
    done.on = np.where(late & talks.reached & (rng.random(size) < MOVED), day, due)
    done_by(done, talks.ids, talks.at, talks.staff, talks.reached)
    done.attempts = np.where(talks.reached, (rng.random(size) < 0.08).astype(int), 1 + (rng.random(size) < 0.4))
    given_up = ~talks.reached & (rng.random(size) < GIVEN_UP) & (day < plan.ends[-1] - RECENT)
    words = material("words")["due"]
    ended_on(done, given_up, day + 5, talks.staff, pick(rng, words["given_up"], size), rng)
    stands = ~talks.reached & ~given_up & (day >= plan.ends[-1] - RECENT)
    return done.some(talks.reached | given_up | stands)


def _never_met(plan: Plan, people: People, meets: Talks, rng: np.random.Generator) -> Planned:
    """Meetings of a quarter in which a firm had none, dropped by its manager."""
    parts = []
    firms = np.flatnonzero(people.firm & ~people.prospect)
    words = material("words")["due"]["no_meeting"]
    for start, end in zip(plan.starts, plan.ends, strict=True):
        met = meets.who[(meets.day >= start) & (meets.day <= end)]
        who = np.setdiff1d(firms, met)
        who = who[rng.random(len(who)) < NO_MEETING]
        due = start + rng.integers(50, 80, len(who))
        who, due = who[due + 3 < plan.ends[-1]], due[due + 3 < plan.ends[-1]]
        found = group("meeting", who, due)
        everybody = np.ones(len(who), dtype=bool)
        ended_on(found, everybody, due + 3, people.owner(who, due)[1], pick(rng, words, len(who)), rng)
        parts.append(found)
    return joined(parts)


def _maturities(plan: Plan, people: People, held: dict[str, Array], talks: Talks, rng: np.random.Generator) -> Planned:
    """A call before a large holding matures: by the conversation about it, by a message, or missed."""
    stage = np.timedelta64(MATURITY_STAGE, "D")
    stays = np.isnat(held["ended"]) | (held["ended"] >= held["matures"])
    over = (held["matures"] < plan.ends[-1]) & (held["matures"] - stage >= plan.starts[0])
    large = np.flatnonzero(stays & over & (held["amount"] >= MATURITY_LEAST))
    who, matures = held["who"][large], held["matures"][large].astype("datetime64[D]")
    found = group("maturity", who, matures - stage)
    found.about_on, found.product, found.value = matures, held["product"][large], held["amount"][large]
    found.key = np.char.add(np.datetime_as_string(matures), f"-{MATURITY_STAGE}").astype(object)
    found.day, found.sub[:] = matures, MATURITY_STAGE
    source = talks.some(talks.reached & np.isin(talks.purpose, ("milestone", "care")))
    place = first_talk(source, who, matures - 10, matures)
    known, at = place >= 0, np.maximum(place, 0)
    if len(source.who):
        done_by(found, source.ids[at], source.at[at], source.staff[at], known)
    told = ~known & (rng.random(len(who)) < MATURITY_BY_MESSAGE)
    staff = people.owner(who, found.due)[1]
    by_message(found, told, found.due - rng.integers(0, 3, len(who)), staff, material("words")["due"]["told"], rng)
    missed(found, ~known & ~told, matures + 1)
    return found


def _actions(plan: Plan, meets: Talks, rng: np.random.Generator) -> Planned:
    """What was agreed in the meetings of the last quarters: most of it done."""
    latest = plan.starts[max(0, len(plan.starts) - ACTIONS_QUARTERS)]
    recent = meets.some(meets.reached & (meets.day >= latest))
    size = len(recent.who)
    found = group("follow_up", recent.who, recent.day + rng.integers(7, 40, size))
    found.title = pick(rng, material("words")["due"]["agreed"], size)
    found.contact, found.by_rule = recent.ids.copy(), np.zeros(size, dtype=bool)
    found.key = np.char.add(recent.ids.astype(str), "-0").astype(object)
    found.created = recent.at
    over = (found.due < plan.ends[-1] - 1) & (rng.random(size) < ACTIONS_DONE)
    at = office_hours(found.due - rng.integers(0, 4, size), rng)
    found.state = np.where(over, "done", "open").astype(object)
    found.ended = np.where(over, np.maximum(at, recent.at), no_time(size))
    found.by = np.where(over, recent.staff, NOBODY)
    return found


def _standing(plan: Plan, people: People, visits: Planned, rng: np.random.Generator) -> Planned:
    """Visits that nobody has come to yet: overdue today, or put off."""
    busy = np.isin(np.arange(len(people)), visits.who[visits.state == "open"])
    fits = ~people.prospect & ~people.declines & ~busy & (people.rank > RANKS[2] / 2)
    who = np.flatnonzero(fits & (rng.random(len(people)) < STANDING))
    found = group("visit", who, plan.ends[-1] - rng.integers(0, STANDING_DAYS, len(who)))
    later = rng.random(len(who)) < MOVED_ON
    found.on = np.where(later, found.due + rng.integers(14, 30, len(who)), found.due)
    found.outcome[later] = material("words")["due"]["moved"]
    return found


def _kept(plan: Plan, people: People, closed: Array, found: Planned) -> Planned:
    """Of customers, while they were; one item a customer, kind and day, and one open visit at most."""
    who = found.who
    fits = (
        ~people.prospect[who] & ~people.declines[who] & (found.due > people.opened[who]) & ~(found.due >= closed[who])
    )
    fits &= (found.due >= plan.starts[0]) & ((found.state != "open") | np.isnat(closed[who]))
    found = found.some(fits)
    ids = _ids(found)
    _once, first = np.unique(np.char.add(np.char.add(found.who.astype(str), "-"), ids.astype(str)), return_index=True)
    found = found.some(np.sort(first))
    stands = np.flatnonzero((found.state == "open") & (found.kind != "follow_up"))
    named = np.char.add(found.who[stands].astype(str), found.kind[stands].astype(str))
    _once, first = np.unique(named, return_index=True)
    again = np.setdiff1d(stands, stands[first])
    return found.some(~np.isin(np.arange(len(found)), again))


def _ids(found: Planned) -> Array:
    """Each item's natural id, as rules number theirs."""
    months = found.day.astype("datetime64[M]")
    year, month = months.astype(int) // 12 + 1970, months.astype(int) % 12 + 1
    day = year * 10_000 + month * 100 + (found.day - months.astype("datetime64[D]")).astype(int) + 1
    ids = np.zeros(len(found), dtype=np.int64)
    for kind in np.unique(found.kind.astype(str)):
        mine = found.kind == kind
        place = FOLLOW_UP if kind == "follow_up" else natural_id(kind, 0)
        ids[mine] = place + day[mine] * 100 + found.sub[mine]
    return ids


def _columns(people: People, found: Planned) -> dict[str, Any]:
    """As the table keeps them; the owner is the one of that day, of what stands the one of now."""
    branch, manager = people.owner(found.who, found.due)
    stands = found.state == "open"
    return {
        "who": found.who, "id": _ids(found), "kind": found.kind, "subject_key": found.key, "title": found.title,
        "due_on": found.on, "original_due_on": found.due, "state": found.state,
        "owner_id": np.where(stands, people.manager[found.who], manager),
        "branch_id": np.where(stands, people.branch[found.who], branch) + 1, "by_rule": found.by_rule,
        "created_at": found.created, "ended_at": found.ended, "ended_by": numbers(found.by),
        "outcome": found.outcome, "attempts": found.attempts, "contact_id": numbers(found.contact),
        "about_on": found.about_on, "about": found.about, "product_id": numbers(found.product),
        "value_fen": numbers(found.value), "version": np.where(stands, 1, 2),
    }  # fmt: skip
