"""Surveys of the demonstration bank: every answer of a survey, seven dimensions, words that fit the score."""

from __future__ import annotations

from collections import defaultdict
from statistics import mean

from lib.jobs.demo.plan import material
from lib.satisfaction.rules import DIMENSIONS
from lib.words import codes
from tests.jobs.demo.bank import Rows


def test_every_invitation_belongs_to_a_survey_of_its_quarter_and_way(demo: Rows) -> None:
    surveys = {one.id: one for one in demo["survey"]}
    for answer in demo["survey_answer"]:
        survey = surveys[answer.survey_id]
        assert (survey.channel, survey.questionnaire) == (answer.channel, answer.questionnaire)
        assert survey.started_at.date() <= answer.asked_on <= survey.closes_on
    assert {one.state for one in surveys.values()} == {"running", "closed"}
    asked = [(answer.customer_id, answer.survey_id) for answer in demo["survey_answer"]]
    assert len(set(asked)) == len(asked)


def test_who_answers_answers_every_dimension_and_who_does_not_none(demo: Rows) -> None:
    for answer in demo["survey_answer"]:
        scores = {getattr(answer, one) for one in (*DIMENSIONS, "overall", "recommend")}
        assert (scores == {None}) is (answer.answered_on is None)
        assert answer.answered_on is not None or answer.verbatim is None
        assert answer.occasion in codes("survey_occasion") and answer.questionnaire in codes("questionnaire")


def test_dimensions_go_with_the_whole_and_efficiency_is_the_sore_one(demo: Rows) -> None:
    by: dict[int, list[int]] = defaultdict(list)
    answers = [one for one in demo["survey_answer"] if one.overall is not None]
    for one in answers:
        by[one.overall].append(one.attitude)
    assert mean(by[5]) > mean(by[3])
    assert mean(one.efficiency for one in answers) < mean(one.attitude for one in answers)


def test_words_fit_the_score(demo: Rows) -> None:
    words = material("satisfaction")
    bad = [text for texts in words["bad"].values() for text in texts]
    spoken = [one for one in demo["survey_answer"] if one.verbatim]
    assert len(spoken) > 20
    for one in spoken:
        complains = any(one.verbatim.startswith(text) for text in bad)
        assert complains is (one.overall <= 3 and one.verbatim not in words["plain"]["texts"]), one.verbatim
