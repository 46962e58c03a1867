"""Quarter after quarter: who complains, how it ends, what people answer in surveys, and who leaves because of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lib.jobs.demo.people import NEVER, People
from lib.jobs.demo.plan import Array, Plan, days_within
from lib.jobs.demo.story import Story

STAYS = 999
COMPLAINTS_A_QUARTER = 0.0115
ASKED, ANSWERS = 0.062, 0.36
LEAVES_A_QUARTER, FADES = 0.0125, 0.3
# What a bad end of a complaint adds to leaving, in each of the two quarters after it.
LATE_LEAVES, UNHAPPY_LEAVES, FAULT_LEAVES = 0.05, 0.09, 0.022
MEMORY = 2
# The largest are held on to: one of them going would drown everything else.
TOP_RANK = 0.98


@dataclass
class Lives:
    """Columns of what happened in one chunk, and when each customer goes.

    `gone_in` is the place of the quarter in which the customer closes or fades out (STAYS: not so far); `fades` is
    true for one who empties the account and leaves it open. `sour` says that a complaint of theirs ended badly.
    """

    gone_in: Array
    fades: Array
    sour: Array
    complaints: dict[str, Array] = field(default_factory=dict)
    surveys: dict[str, Array] = field(default_factory=dict)


def live(plan: Plan, story: Story, people: People, rng: np.random.Generator) -> Lives:
    """Run the quarters of one chunk."""
    size = len(people)
    lives = Lives(np.full(size, STAYS), rng.random(size) < FADES, np.zeros(size, dtype=bool))
    hurt = np.zeros((size, MEMORY))
    complaints: list[dict[str, Array]] = []
    surveys: list[dict[str, Array]] = []
    for quarter in range(len(plan.quarters)):
        here = (people.opened <= plan.ends[quarter]) & (lives.gone_in >= quarter)
        branch, _manager = people.owner(np.arange(size), np.full(size, plan.ends[quarter]))
        fault, surge = story.fault[branch, quarter], story.surge[branch, quarter]
        made = _complain(plan, people, rng, quarter, here, fault, surge, hurt[:, 0])
        sting = _sting(size, made)
        complaints.append(made)
        surveys.append(_answer(plan, people, rng, quarter, here, fault, sting + hurt[:, 0]))
        _leave(plan, people, lives, rng, quarter, here, fault, hurt.sum(axis=1))
        lives.sour |= sting > 0
        hurt = np.column_stack([sting, hurt[:, :-1]])
    lives.complaints, lives.surveys = _joined(complaints), _joined(surveys)
    return lives


def closing_days(plan: Plan, people: People, lives: Lives, rng: np.random.Generator) -> Array:
    """The day on which each customer who closes does so; NaT for the others."""
    last = len(plan.quarters) - 1
    at = np.minimum(lives.gone_in, last)
    first = np.maximum(plan.starts[at], people.opened + 3)
    day = days_within(rng, np.where(np.isnat(first), plan.starts[at], first), plan.ends[at])
    closes = (lives.gone_in <= last) & ~lives.fades & (people.opened + 3 <= plan.ends[at])
    return np.where(closes, day, NEVER)


def _complain(
    plan: Plan, people: People, rng: np.random.Generator, quarter: int, here: Array, fault: Array, surge: Array,
    hurt: Array,
) -> dict[str, Array]:  # fmt: skip
    """Complaints received in the quarter, and how each will end."""
    usual = COMPLAINTS_A_QUARTER * np.exp(-0.3 * people.temper) * (1 + 1.8 * np.maximum(fault, 0)) + 0.4 * hurt
    share = plan.elapsed[quarter]
    surged = here & (rng.random(len(people)) < surge)
    first = here & ~surged & (rng.random(len(people)) < usual * share)
    again = (first | surged) & (rng.random(len(people)) < 0.12)
    who = np.flatnonzero(first | surged)
    who = np.concatenate([who, np.flatnonzero(again)])
    surge_of, fault_of = surged[who], np.maximum(fault[who], 0)
    repeat = np.arange(len(who)) >= (first | surged).sum()
    late = rng.random(len(who)) < 0.05 + 0.32 * fault_of + 0.2 * surge_of
    very_late = rng.random(len(who)) < np.where(late, 0.22, 0.008) + 0.1 * fault_of
    feeling = 3.75 - 1.1 * late - 1.0 * very_late - 0.7 * fault_of - 0.5 * repeat + 0.25 * people.temper[who]
    content = np.clip(np.rint(feeling + rng.normal(0, 0.85, len(who))), 1, 5).astype(int)
    return {
        "who": who, "quarter": np.full(len(who), quarter), "surge": surge_of, "repeat": repeat, "late": late,
        "very_late": very_late, "content": content,
    }  # fmt: skip


def _sting(size: int, made: dict[str, Array]) -> Array:
    """How much each customer's complaints of the quarter will add to leaving."""
    sting = np.zeros(size)
    much = LATE_LEAVES * (made["late"] | made["very_late"]) + UNHAPPY_LEAVES * (made["content"] <= 2)
    np.add.at(sting, made["who"], much)
    return sting


def _answer(
    plan: Plan, people: People, rng: np.random.Generator, quarter: int, here: Array, fault: Array, sting: Array
) -> dict[str, Array]:
    """Invitations of the quarter and the answers: content people say 4 or 5, a badly handled complaint shows."""
    size, share = len(people), plan.elapsed[quarter]
    who = np.flatnonzero(here & (rng.random(size) < ASKED * share))
    count = len(who)
    temper, bad = people.temper[who], np.maximum(fault[who], 0)
    feeling = 4.16 + 0.012 * quarter + 0.35 * temper - 1.35 * fault[who] - 9 * sting[who] + rng.normal(0, 0.65, count)
    said = rng.random(count) < ANSWERS * np.where(people.firm[who], 0.85, 1.0)
    found = {"who": who, "quarter": np.full(count, quarter), "answered": said, "overall": _score(feeling)}
    found["recommend"] = np.clip(np.rint(8.25 + 1.7 * (feeling - 4.2) + rng.normal(0, 0.9, count)), 0, 10).astype(int)
    shifts = {"service_quality": 0.05 - 0.3 * bad, "product_quality": -0.1, "price_fairness": -0.35,
              "communication": 0.0 - 0.2 * bad}  # fmt: skip
    for name, shift in shifts.items():
        found[name] = _score(feeling + shift + rng.normal(0, 0.5, count))
    return found


def _score(feeling: Array) -> Array:
    return np.asarray(np.clip(np.rint(feeling), 1, 5).astype(int))


def _leave(
    plan: Plan, people: People, lives: Lives, rng: np.random.Generator, quarter: int, here: Array, fault: Array,
    hurt: Array,
) -> None:  # fmt: skip
    """Decide who will leave in the next or the quarter after: falling wealth, bad service, a bad end."""
    usual = LEAVES_A_QUARTER * (1 + 25 * np.maximum(-people.growth, 0)) * np.exp(-0.25 * people.temper)
    usual *= np.where(people.rank > TOP_RANK, 0.15, 1.0)
    risk = usual + hurt + FAULT_LEAVES * np.maximum(fault, 0)
    decides = here & (lives.gone_in == STAYS) & (rng.random(len(people)) < risk * plan.elapsed[quarter])
    decides &= people.opened < plan.starts[quarter]
    wait = np.where(rng.random(len(people)) < 0.6, 1, 2)
    lives.gone_in[decides] = quarter + wait[decides]


def _joined(parts: list[dict[str, Array]]) -> dict[str, Any]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
