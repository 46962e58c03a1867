"""Risk ratings that moved, and what the demonstration bank does about the high ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.jobs.demo.people import People
from lib.jobs.demo.plan import Array, Plan, material

_NEIGHBOUR = {"low": "middle", "middle": "low", "high": "middle", "A": "B", "B": "C", "C": "B", "D": "C"}
_MOVED_EVERY = 7
_HIGH, _DONE = ("high", "D"), 0.86
_LOOKED_BACK = 190  # days: a few responses have run out


def ratings_before(people: People, rating: Array) -> Array:
    """What the rating was before it was last given, of one in seven another."""
    before = rating.copy()
    for row in np.flatnonzero(people.place % _MOVED_EVERY == 2):
        before[row] = _NEIGHBOUR.get(rating[row])
    return before


def make_responses(plan: Plan, people: People, columns: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """A response for most of the high ratings, by the manager, for half a year."""
    today = np.datetime64(plan.today)
    rating, rated = columns["risk_rating"], columns["risk_rated_on"]
    done = np.isin(rating, _HIGH) & (rng.random(len(people)) < _DONE) & np.isnat(columns["closed_on"])
    who = np.flatnonzero(done)
    made = np.maximum(rated[who], today - rng.integers(1, _LOOKED_BACK, len(who)))
    days: int = plan.book.value("risk.response_days", plan.today)
    texts: list[str] = material("people")["responses"]
    steps = [["limit", "investigate"], ["limit", "mitigate"], ["monitor", "limit"]]
    return {
        "customer_id": people.ids[who], "made_on": made, "rating": rating[who],
        "steps": [steps[int(place) % len(steps)] for place in people.place[who]],
        "text": [texts[int(place) % len(texts)] for place in people.place[who]],
        "review_on": made + np.timedelta64(days, "D"), "staff_id": people.manager[who],
    }  # fmt: skip
