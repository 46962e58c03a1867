"""The forms of service checks: their items and points by kind, what a check comes to, and which items are weak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lib.rulebook import Rulebook
from lib.words import translate

#: mystery visit 神秘人暗访, internal check 内部检查, self check 支行自查
KINDS = ("mystery", "internal", "self")


@dataclass(frozen=True)
class Item:
    """One item of a form and the most points it gives."""

    code: str
    title: str
    points: int


@dataclass(frozen=True)
class Score:
    """What marks come to: points of the most possible, whether that passes, and the weak items, the worst first."""

    points: int
    most: int
    passed: bool
    poor: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The part of the points that was given; None where no item applied."""
        return self.points / self.most if self.most else None


def rule_of(kind: str) -> str:
    """The rule that holds the form of a kind."""
    return f"quality.form.{kind}"


def form_of(book: Rulebook, kind: str, on: date) -> tuple[Item, ...]:
    """The items of a kind's form as it was on a day, in their order."""
    return tuple(Item(one["code"], translate(one["name"]), one["full"]) for one in book.value(rule_of(kind), on))


def form_version(book: Rulebook, kind: str, on: date) -> str:
    """Which version of the form that is."""
    return book.entry(rule_of(kind), on).version


def score_of(marks: Mapping[str, tuple[int, int]], book: Rulebook, on: date) -> Score:
    """The score of marks (item → points, most) by rule quality.lines; an item that did not apply has no mark."""
    lines = book.value("quality.lines", on)
    points, most = (sum(mark[part] for mark in marks.values()) for part in (0, 1))
    weak = [code for code, (got, of) in marks.items() if 100 * got < lines["poor"] * of]
    weak.sort(key=lambda code: marks[code][0] / marks[code][1])
    return Score(points, most, bool(most) and 100 * points >= lines["pass"] * most, tuple(weak))


def item_titles(book: Rulebook) -> dict[str, str]:
    """What every item that a form ever had is called, by its code; the latest name counts."""
    found: dict[str, str] = {}
    for kind in KINDS:
        for entry in book.history("rule", rule_of(kind)):
            found |= {one["code"]: translate(one["name"]) for one in entry.value}
    return found
