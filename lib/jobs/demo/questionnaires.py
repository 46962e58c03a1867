"""Risk questionnaires as people answered them: one a year back to when they came, with answers that give the level."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib.jobs.demo.people import GROWN, People
from lib.jobs.demo.plan import Array, Plan, pick
from lib.products.answering import RULE
from lib.store.questionnaire import result_of

#: questionnaires of one customer at the most, and the days between two of them
MOST, A_YEAR = 3, 365
_VARIETY = 12  # different ways to answer for one level and age


def make_questionnaires(plan: Plan, people: People, until: Array, rng: np.random.Generator) -> dict[str, Any]:
    """Columns of the questionnaires of one chunk; the last one of each holds until the day on the customer's record."""
    entry = plan.book.entry(RULE, plan.today)
    found: dict[str, list[Any]] = {name: [] for name in ("who", "day", "level", "age")}
    for who in np.flatnonzero(people.capacity > 0).tolist():
        last = np.datetime64(until[who], "D") - A_YEAR
        for back in range(MOST):
            day = last - back * A_YEAR
            age = int((day - people.born[who]).astype(int) / 365.2425)
            if age < GROWN or (back and day < people.known[who]):
                break
            for name, value in (("who", who), ("day", day), ("level", f"C{people.capacity[who]}"), ("age", age)):
                found[name].append(value)
    said = _ways(plan.seed, entry.value)
    options = [_option(entry.value, age) for age in found["age"]]
    ways = [said[one] for one in zip(found["level"], options, strict=True)]
    answers = [way[int(place)] for way, place in zip(ways, rng.integers(0, _VARIETY, len(ways)), strict=True)]
    days = np.array(found["day"], dtype="datetime64[D]")
    return {
        "who": np.array(found["who"], dtype=int), "answers": answers, "level": found["level"],
        "answered_at": days.astype("datetime64[s]") + np.timedelta64(3, "h"),
        "score": [result_of(one, entry.value).score for one in answers], "valid_until": days + A_YEAR,
        "channel": pick(rng, ("branch", "visit", "phone"), len(answers), (82, 14, 4)), "rule_version": entry.version,
    }  # fmt: skip


def _option(rule: dict[str, Any], age: int) -> str:
    return str(next(one["option"] for one in rule["ages"] if one["from"] <= age < one["below"]))


def _ways(seed: int, rule: dict[str, Any]) -> dict[tuple[str, str], list[dict[str, str]]]:
    """By level and answer on age, so many ways to answer that give the level; the same for every chunk of a bank."""
    known: dict[tuple[str, str], list[dict[str, str]]] = {}
    rng = np.random.default_rng([seed, 97])
    asked = {one["code"]: [option["code"] for option in one["options"]] for one in rule["questions"]}
    for age in (one["option"] for one in rule["ages"]):
        wanted = {band["code"] for band in rule["bands"]}
        top = next((cap["most"] for cap in rule["caps"] if (cap["question"], cap["option"]) == ("own_age", age)), "C5")
        for level in sorted(one for one in wanted if one <= top):
            known[level, age] = _draw(rng, rule, asked, age, level)
    return known


def _draw(
    rng: np.random.Generator, rule: dict[str, Any], asked: dict[str, list[str]], age: str, level: str
) -> list[dict[str, str]]:
    """Answers at random, the bolder the higher the level, until enough of them give it."""
    found: list[dict[str, str]] = []
    bold = (int(level[1]) - 1) / 4
    while len(found) < _VARIETY:
        answers = {code: options[int(np.clip(round(rng.normal(bold * (len(options) - 1), 0.8)), 0, len(options) - 1))]
                   for code, options in asked.items()} | {"own_age": age}  # fmt: skip
        if result_of(answers, rule).level == level:
            found.append(answers)
    return found
