"""Who belongs to whom in the demonstration bank: couples, employees of firms that bank here, firms of one group."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array

_COUPLES, _EMPLOYED, _GROUPS = 0.08, 0.10, 0.06
_APART = 8  # years of age between the two of a couple, at the most


def make_relations(people: People, rng: np.random.Generator) -> dict[str, Array]:
    """Relations of a chunk: who (place in the chunk), other (place), kind, since."""
    rows: list[tuple[int, int, str, Any]] = []
    rows += _couples(people, rng)
    rows += _within(people, "employer", np.flatnonzero(~people.firm & people.salaried), _EMPLOYED, rng)
    rows += _within(people, "group", np.flatnonzero(people.firm), _GROUPS, rng)
    who, other, kind, since = zip(*rows, strict=True) if rows else ((), (), (), ())
    return {
        "who": np.array(who, dtype=np.int64), "other": np.array(other, dtype=np.int64),
        "kind": np.array(kind, dtype=object), "since": np.array(since, dtype="datetime64[D]"),
    }  # fmt: skip


def _couples(people: People, rng: np.random.Generator) -> list[tuple[int, int, str, Any]]:
    """A man and a woman of one branch and about one age, both known to the bank."""
    found, taken = [], set()
    years = people.born.astype("datetime64[Y]").astype(int)
    for man in np.flatnonzero(~people.firm & (people.gender == "M") & (rng.random(len(people)) < 2 * _COUPLES)):
        fits = (~people.firm & (people.gender == "F") & (people.branch == people.branch[man])
                & (abs(years - years[man]) <= _APART))  # fmt: skip
        free = [place for place in np.flatnonzero(fits).tolist() if place not in taken]
        if not free:
            continue
        wife = int(rng.choice(free))
        taken.add(wife)
        found.append((int(man), wife, "family", max(people.known[man], people.known[wife])))
    return found


def _within(
    people: People, kind: str, members: Array, share: float, rng: np.random.Generator
) -> list[tuple[int, int, str, Any]]:
    """Some of the members with a firm of their branch that is not themselves."""
    found = []
    for place in members[rng.random(len(members)) < share].tolist():
        firms = np.flatnonzero(people.firm & (people.branch == people.branch[place]))
        firms = firms[firms != place]
        if len(firms):
            other = int(rng.choice(firms))
            found.append((place, other, kind, max(people.known[place], people.known[other])))
    return found
