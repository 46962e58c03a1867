"""Questionnaires and the rule of asking, as tables of cases."""

from __future__ import annotations

from datetime import date

import pytest

from lib.rulebook import Rulebook, shipped_rows
from lib.satisfaction.rules import ASKS, DIMENSIONS, Fatigue, fatigue, is_low, open_days, pulses, questionnaires
from lib.words import codes

BOOK, DAY = Rulebook(shipped_rows()), date(2026, 11, 29)


def test_every_questionnaire_asks_known_things_and_the_overall_score() -> None:
    known = questionnaires(BOOK, DAY)
    assert set(known) == set(codes("questionnaire"))
    for one in known.values():
        asks = [ask for ask, text in one.questions if text]
        assert set(asks) <= set(ASKS) and "overall" in asks and len(asks) == len(set(asks)) == len(one.questions)
    assert {ask for ask, _text in known["full"].questions} == set(ASKS)
    assert set(ASKS) == set(codes("survey_dimension")) and set(DIMENSIONS) < set(ASKS)


def test_every_pulse_has_its_questionnaire() -> None:
    assert {one.code for one in pulses(BOOK, DAY)} <= set(questionnaires(BOOK, DAY))
    assert open_days(BOOK, DAY, pulse=True) < open_days(BOOK, DAY)


@pytest.mark.parametrize(("since", "in_year", "pulse", "said"), [
    (None, 0, False, ""), (0, 0, False, "recent"), (89, 1, False, "recent"), (90, 1, False, ""),
    (29, 1, True, "recent"),
    (30, 1, True, ""), (90, 4, False, "often"), (90, 3, False, ""), (30, 4, True, "often"), (None, 5, True, "often"),
    (10, 9, False, "recent"),
])  # fmt: skip
def test_who_may_be_asked_again(since: int | None, in_year: int, pulse: bool, said: str) -> None:
    assert fatigue(BOOK, DAY) == Fatigue(90, 30, 4)
    assert fatigue(BOOK, DAY).why_not(since, in_year, pulse=pulse) == said


@pytest.mark.parametrize(("overall", "low"), [(None, False), (1, True), (2, True), (3, False), (5, False)])
def test_who_counts_as_unhappy(overall: int | None, low: bool) -> None:
    assert is_low(overall, BOOK, DAY) is low
