"""Scorecards (办法 §七.2): points for each KPI, what counts, the grade, and where one stands among peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from lib.rulebook import Kpi, Rulebook

LEVELS = ("manager", "branch")
GROUPS = ("satisfaction", "loyalty", "business", "risk")
#: how a line ended: counted; too few cases; nothing to count; no scoring line in this currency; left out by a ruling
LINE_STATES = ("counted", "small", "nothing", "no_line", "left_out")
OUTCOMES = ("none", "reward", "training", "plan")
Line = dict[str, Any]


@dataclass(frozen=True)
class Counted:
    """What was counted for a KPI over a period: sums of each measure (never averages of figures).

    `per` divides a plain count: managers × quarters, so that a branch and a year are judged by the line of one
    manager's quarter.
    """

    numerator: int
    less: int = 0
    denominator: int | None = None
    per: int = 1


@dataclass(frozen=True)
class Card:
    """A computed card: its lines, the score in hundredths (none where too little counts), grade, percent counted."""

    lines: tuple[Line, ...]
    score: int | None
    grade: str | None
    counted: int


@dataclass(frozen=True)
class Judging:
    """The rules a card is judged by beside its scheme, as they were in force at the period's end."""

    points: Mapping[str, int]
    grades: Sequence[Mapping[str, Any]]
    least_weight: int

    def as_data(self) -> dict[str, Any]:
        """As the card keeps it, so that a correction is judged by the same."""
        return {"points": dict(self.points), "grades": [dict(one) for one in self.grades],
                "least_weight": self.least_weight}  # fmt: skip


def judging(book: Rulebook, on: date) -> Judging:
    """The rules in force on a day."""
    keys = ("appraisal.points", "appraisal.grades", "appraisal.least_weight")
    return Judging(*(book.value(key, on) for key in keys))


def blank_lines(book: Rulebook, level: str, currency: str, on: date) -> list[tuple[Kpi, Line]]:
    """The lines of a level's scheme with their KPI, nothing counted yet; RuleMissing for an unknown KPI."""
    found = []
    for said in book.value(f"appraisal.{level}", on):
        kpi = book.kpi(said["code"], on)
        counts_cases = bool(kpi.denominator) and not kpi.denominator.endswith("_fen") and bool(kpi.small_n)
        found.append((kpi, {
            "kpi": kpi.key, "group": said["group"], "weight": said["weight"],
            **{at: _amount(said[at], currency) for at in ("floor", "target", "ceiling")}, "unit": kpi.unit,
            "scale": kpi.scale, "least": book.value(kpi.small_n, on) if counts_cases else 0,
        }))  # fmt: skip
    return found


def filled(line: Line, counted: Counted | None) -> Line:
    """A line with what was counted."""
    if counted is None:
        return {**line, "numerator": None, "less": 0, "denominator": None, "per": 1}
    return {**line, "numerator": counted.numerator, "less": counted.less, "denominator": counted.denominator,
            "per": counted.per}  # fmt: skip


def judge(lines: Sequence[Line], by: Judging) -> Card:
    """Score what counts; the weight of what does not is spread over the rest in proportion."""
    judged = [_judged(line, by.points) for line in lines]
    weight = sum(line["weight"] for line in judged if line["state"] == "counted")
    whole = sum(line["weight"] for line in judged)
    for line in judged:
        counts = line["state"] == "counted"
        line["share"] = _rounded(Fraction(line["weight"] * 10_000, weight)) if counts else 0
        line["adds"] = _rounded(Fraction(line["weight"] * line["points"], weight)) if counts else 0
    counted = weight * 100 // whole if whole else 0
    if not weight or counted < by.least_weight:
        return Card(tuple(judged), None, None, counted)
    total = sum(line["weight"] * line["points"] for line in judged if line["state"] == "counted")
    score = _rounded(Fraction(total, weight))
    return Card(tuple(judged), score, grade_of(score, by.grades), counted)


def grade_of(score: int, grades: Sequence[Mapping[str, Any]]) -> str | None:
    """The first grade, from the highest, whose line a score (hundredths) reaches."""
    return next((str(one["code"]) for one in grades if score >= one["from"] * 100), None)


def value_of(line: Line) -> Fraction | None:
    """The figure of a line: (numerator − less) × scale ÷ denominator, or a count for each manager and quarter."""
    if line["numerator"] is None:
        return None
    under = line["per"] if line["denominator"] is None else line["denominator"]
    return Fraction((line["numerator"] - line["less"]) * line["scale"], under) if under else None


def points_of(value: Fraction, line: Line, points: Mapping[str, int]) -> int:
    """Hundredths of a point: by proportion from floor to target to ceiling, in either direction."""
    floor, target, ceiling = (_exact(line[at]) for at in ("floor", "target", "ceiling"))
    rising = 1 if ceiling >= floor else -1
    value, floor, target, ceiling = (rising * one for one in (value, floor, target, ceiling))
    if value >= ceiling:
        return points["ceiling"] * 100
    if value >= target:
        return _between(value, (target, points["target"]), (ceiling, points["ceiling"]))
    if value > floor:
        return _between(value, (floor, points["floor"]), (target, points["target"]))
    return points["floor"] * 100 if value == floor else 0


@dataclass(frozen=True)
class Correction:
    """What a ruling puts right in one line: other sums, or that it is left out."""

    kpi: str
    numerator: int | None = None
    denominator: int | None = None
    leave_out: bool = False


def corrected(lines: Sequence[Line], said: Correction, by: Judging) -> Card:
    """The card with one line put right, judged by the rules it was computed by."""
    anew = []
    for line in lines:
        one = dict(line)
        if one["kpi"] == said.kpi:
            one |= {"left_out": True} if said.leave_out else {"numerator": said.numerator, "less": 0, "left_out": False}
            if not said.leave_out and one["denominator"] is not None:
                one["denominator"] = said.denominator
            one["corrected"] = True
        anew.append(one)
    return judge(anew, by)


def _judged(line: Line, points: Mapping[str, int]) -> Line:
    value = value_of(line)
    state = _state(line, value)
    found = {**line, "value": None if value is None else float(value), "state": state}
    return {**found, "points": points_of(value, line, points) if state == "counted" and value is not None else None}


def _state(line: Line, value: Fraction | None) -> str:
    if line.get("left_out"):
        return "left_out"
    if value is None:
        return "nothing"
    if line["denominator"] is not None and line["denominator"] < line["least"]:
        return "small"
    return "no_line" if None in (line["floor"], line["target"], line["ceiling"]) else "counted"


def _amount(said: Any, currency: str) -> Any:
    return said.get(currency) if isinstance(said, Mapping) else said


def _exact(number: float) -> Fraction:
    """A number as it is written: 0.85 is 85/100."""
    return Fraction(str(number))


def _between(value: Fraction, low: tuple[Fraction, int], high: tuple[Fraction, int]) -> int:
    (start, from_points), (end, to_points) = low, high
    part = (value - start) / (end - start)
    return _rounded(100 * (from_points + part * (to_points - from_points)))


def _rounded(number: Fraction) -> int:
    """To the nearest whole, halves up."""
    return int((2 * number + 1) // 2)
