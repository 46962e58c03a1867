"""Questionnaires and the rules of asking: what is asked, how often somebody may be, and who counts as unhappy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lib.rulebook import Rulebook

#: what satisfaction is made of: 管理 §5.1, then 手册 §7.1; columns of survey_answer, 1–5
DIMENSIONS = (
    "service_quality", "product_quality", "price_fairness", "communication", "attitude", "professional", "efficiency",
)  # fmt: skip
OVERALL, RECOMMEND, VERBATIM = "overall", "recommend", "verbatim"
#: the lowest and the highest score of what is asked
SCALES: Mapping[str, tuple[int, int]] = {RECOMMEND: (0, 10), OVERALL: (1, 5)} | dict.fromkeys(DIMENSIONS, (1, 5))
ASKS = (OVERALL, *DIMENSIONS, RECOMMEND, VERBATIM)
#: how somebody is asked (管理 §5.1)
CHANNELS = ("questionnaire", "phone", "online")
#: what a pulse is asked after
PULSES = ("complaint", "visit", "branch")
#: occasions of answers: a survey, a pulse, or said of one's own accord
OCCASIONS = ("quarter", *PULSES, "own")
LONGEST_VERBATIM = 1000


@dataclass(frozen=True)
class Questionnaire:
    """One questionnaire: what it asks in its order, each with the sentence it is asked in."""

    code: str
    questions: tuple[tuple[str, str], ...]

    @property
    def scored(self) -> tuple[tuple[str, str], ...]:
        """The questions answered by a score."""
        return tuple((ask, text) for ask, text in self.questions if ask in SCALES)

    def text_of(self, ask: str) -> str:
        """The sentence a thing is asked in; empty where it is not asked."""
        return dict(self.questions).get(ask, "")


def questionnaires(book: Rulebook, on: date) -> dict[str, Questionnaire]:
    """The questionnaires in force on a day, by code."""
    made = (Questionnaire(one["code"], tuple((q["ask"], q["text"]) for q in one["questions"]))
            for one in book.value("survey.questionnaires", on))  # fmt: skip
    return {one.code: one for one in made}


@dataclass(frozen=True)
class Fatigue:
    """How often somebody may be asked: days between two askings (a pulse may come sooner), times in a year."""

    least_gap: int
    pulse_gap: int
    most_a_year: int

    def gap(self, pulse: bool) -> int:
        """The days that must lie between."""
        return self.pulse_gap if pulse else self.least_gap

    def why_not(self, days_since: int | None, asked_in_year: int, *, pulse: bool = False) -> str:
        """recent | often, or empty where somebody may be asked again."""
        if days_since is not None and days_since < self.gap(pulse):
            return "recent"
        return "often" if asked_in_year >= self.most_a_year else ""


def fatigue(book: Rulebook, on: date) -> Fatigue:
    """The rule in force on a day (survey.fatigue)."""
    return Fatigue(**book.value("survey.fatigue", on))


@dataclass(frozen=True)
class Pulse:
    """What is asked after a kind of business: by which channel, how many days after at most, of how many (percent)."""

    code: str
    channel: str
    within_days: int
    share: int


def pulses(book: Rulebook, on: date) -> Iterator[Pulse]:
    """The pulses of a day, those that matter most first."""
    return (Pulse(**one) for one in book.value("survey.pulses", on))


def open_days(book: Rulebook, on: date, *, pulse: bool = False) -> int:
    """How long an invitation waits for its answer."""
    return int(book.value("survey.open_days", on)["pulse" if pulse else "survey"])


def unhappy_at_most(book: Rulebook, on: date) -> int:
    """The overall score up to which somebody is followed up by a case of their own (管理 §5.2)."""
    return int(book.value("unhappy.at_most", on))


def is_low(overall: int | None, book: Rulebook, on: date) -> bool:
    """Whether an answer makes an unhappy customer."""
    return overall is not None and overall <= unhappy_at_most(book, on)
