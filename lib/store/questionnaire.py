"""What a risk questionnaire comes to: points, level C1-C5 and what limited it, by rule capacity.questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """The points of all answers, the level they reach, and the answers that keep it lower.

    `reached` is the level by points alone; `limits` the (question, option) that cap it below that.
    """

    score: int
    level: str
    reached: str
    limits: tuple[tuple[str, str], ...] = ()


def unanswered(answers: Mapping[str, object], rule: Mapping[str, Any]) -> list[str]:
    """The codes of the questions that no option, or an unknown one, was chosen for; unknown questions too."""
    known = {one["code"]: {option["code"] for option in one["options"]} for one in rule["questions"]}
    missing = [code for code, options in known.items() if answers.get(code) not in options]
    return missing + [code for code in answers if code not in known]


def result_of(answers: Mapping[str, object], rule: Mapping[str, Any]) -> Result:
    """The result of answers to every question; ValueError where one is missing or unknown."""
    missing = unanswered(answers, rule)
    if missing:
        raise ValueError(f"not answered: {', '.join(missing)}")
    points = {(one["code"], option["code"]): option["points"]
              for one in rule["questions"] for option in one["options"]}  # fmt: skip
    score = sum(points[code, str(answers[code])] for code in answers)
    reached = next(band["code"] for band in reversed(rule["bands"]) if score >= band["from"])
    caps = [cap for cap in rule["caps"] if answers[cap["question"]] == cap["option"]]
    level = min([reached, *(cap["most"] for cap in caps)])
    limits = tuple((cap["question"], cap["option"]) for cap in caps if cap["most"] < reached)
    return Result(score, level, reached, limits)
