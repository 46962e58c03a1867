"""Scorecards: a weighted sum of points for facts, as rule data; one logic for SQL, for explaining and for what-if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, literal

from lib.rulebook import Entry, RuleMissing
from lib.words import _

#: how a step is met: fact ≥ value, fact < value, fact is the code
WORDS = ("from", "below", "is")
MOST = 100
#: the facts the scorecard of a rule may look at; how each is worked out is its subject's
FACTS = {
    "tier.score": ("contribution_percent", "potential", "categories", "initiated_count", "risk", "years"),
    "churn.score": (
        "activity_percent", "aum_percent", "quiet_quarters", "ending_percent", "complaints_open", "complaints_bad",
        "contact_days", "years",
    ),
}  # fmt: skip
Fact = int | str | None


@dataclass(frozen=True)
class Step:
    """So many points (0–100) where a fact meets the value; `word` is one of WORDS."""

    word: str
    value: int | str
    points: int

    def met(self, fact: Fact) -> bool:
        """Whether a known fact meets it."""
        if fact is None:
            return False
        if self.word == "is":
            return fact == self.value
        assert isinstance(fact, int) and isinstance(self.value, int)
        return fact >= self.value if self.word == "from" else fact < self.value

    def met_sql(self, fact: ColumnElement[Any]) -> ColumnElement[bool]:
        """`met` over a column; NULL meets nothing."""
        compared: Any = {"is": fact == self.value, "from": fact >= self.value, "below": fact < self.value}[self.word]
        return compared


@dataclass(frozen=True)
class Factor:
    """One fact's part in the score: the first step it meets gives the points, none gives 0; `unknown` where NULL."""

    fact: str
    weight: int
    unknown: int
    steps: tuple[Step, ...]

    def points(self, fact: Fact) -> int:
        """The points (0–100) of a fact."""
        if fact is None:
            return self.unknown
        return next((step.points for step in self.steps if step.met(fact)), 0)

    def points_sql(self, fact: ColumnElement[Any]) -> ColumnElement[int]:
        """`points` over a column."""
        whens = [(step.met_sql(fact), literal(step.points, Integer)) for step in self.steps]
        return case((fact.is_(None), literal(self.unknown, Integer)), *whens, else_=literal(0, Integer))


@dataclass(frozen=True)
class Share:
    """A factor of one customer: its fact, its points, and how much of the score (hundredths) they make."""

    factor: Factor
    fact: Fact
    points: int
    adds: int
    most: int


@dataclass(frozen=True)
class Scorecard:
    """The factors of a rule; the score is Σ weight × points ÷ Σ weight, a whole number 0–100, rounded down."""

    factors: tuple[Factor, ...]
    entry: Entry

    @property
    def weight(self) -> int:
        """All weights together."""
        return sum(factor.weight for factor in self.factors)

    def total(self, facts: Mapping[str, Fact]) -> int:
        """The score of facts; KeyError for a fact that is not given (None: not known)."""
        return sum(factor.weight * factor.points(facts[factor.fact]) for factor in self.factors) // self.weight

    def total_sql(self, facts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[int]:
        """`total` over columns."""
        sums = [factor.points_sql(facts[factor.fact]) * literal(factor.weight, Integer) for factor in self.factors]
        added: Any = sum(sums[1:], sums[0])
        return added // literal(self.weight, Integer)

    def shares(self, facts: Mapping[str, Fact]) -> list[Share]:
        """What each factor adds to the score, in hundredths, in the order of the rule."""
        found = []
        for factor in self.factors:
            points = factor.points(facts[factor.fact])
            most = factor.weight * MOST * 100 // self.weight
            found.append(Share(factor, facts[factor.fact], points, factor.weight * points * 100 // self.weight, most))
        return found


def scorecard(entry: Entry, currency: str, part: str = "") -> Scorecard:
    """The scorecard a rule's entry holds (`part`: under which word of its value); amounts in a bank's base currency.

    RuleMissing where an amount is not given in that currency.
    """
    said = entry.value[part] if part else entry.value
    return Scorecard(tuple(_factor(one, currency) for one in said["factors"]), entry)


def problems(said: Any, facts: Sequence[str]) -> list[str]:
    """What is wrong with the `factors` of a proposed rule, as sentences; facts are the names there are."""
    found = []
    for one in said.get("factors", ()):
        name = one.get("fact")
        if name not in facts:
            found.append(_("没有“{fact}”这个事实。").format(fact=name))
        if type(one.get("weight")) is not int or one["weight"] < 0:
            found.append(_("“{fact}”的权重须是不小于 0 的整数。").format(fact=name))
        points = [one.get("unknown", 0), *(step.get("points") for step in one.get("steps", ()))]
        if any(type(p) is not int or not 0 <= p <= MOST for p in points):
            found.append(_("“{fact}”的得分须在 0 与 100 之间。").format(fact=name))
        if any(len(set(step) & set(WORDS)) != 1 for step in one.get("steps", ())):
            found.append(_("“{fact}”的每一档须写明一个条件：不低于、低于或等于。").format(fact=name))
    if sum(one.get("weight", 0) for one in said.get("factors", ()) if type(one.get("weight")) is int) <= 0:
        found.append(_("权重合计须大于 0。"))
    return found


def _factor(said: Mapping[str, Any], currency: str) -> Factor:
    steps = tuple(_step(one, currency, said["fact"]) for one in said["steps"])
    return Factor(said["fact"], said["weight"], said.get("unknown", 0), steps)


def _step(said: Mapping[str, Any], currency: str, fact: str) -> Step:
    (word,) = set(said) & set(WORDS)
    value = said[word]
    if isinstance(value, dict):
        if currency not in value:
            raise RuleMissing(_("评分规则没有以 {currency} 计的“{fact}”。").format(currency=currency, fact=fact))
        value = value[currency]
    return Step(word, value, said["points"])
