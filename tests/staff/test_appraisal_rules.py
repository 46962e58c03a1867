"""Points, weights, grades and peers: tables with their edges, and what holds for any card."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Rulebook, shipped_rows
from lib.staff.appraisal_peers import peers
from lib.staff.appraisal_rules import (
    GROUPS,
    LEVELS,
    LINE_STATES,
    OUTCOMES,
    Correction,
    Counted,
    blank_lines,
    corrected,
    filled,
    grade_of,
    judge,
    judging,
    points_of,
    value_of,
)
from lib.words import codes

BOOK, ON = Rulebook(shipped_rows()), date(2026, 9, 30)
BY = judging(BOOK, ON)
POINTS = {"floor": 0, "target": 80, "ceiling": 100}
UP: dict[str, Any] = {"floor": 0.6, "target": 0.85, "ceiling": 0.95}
DOWN: dict[str, Any] = {"floor": 0.06, "target": 0.03, "ceiling": 0.01}


def line(kpi: str = "a", weight: int = 50, **more: Any) -> dict[str, Any]:
    return {"kpi": kpi, "group": "loyalty", "weight": weight, **UP, "unit": "percent", "scale": 1, "least": 10,
            "numerator": 17, "less": 0, "denominator": 20, "per": 1, **more}  # fmt: skip


def test_the_words_of_the_rules_have_names() -> None:
    assert set(GROUPS) == set(codes("appraisal_group")) and set(LEVELS) == set(codes("appraisal_level"))
    assert set(LINE_STATES) == set(codes("appraisal_line")) and set(OUTCOMES) == set(codes("appraisal_outcome"))
    named = {kpi.key for level in LEVELS for kpi, _line in blank_lines(BOOK, level, "CNY", ON)}
    assert named <= set(codes("appraisal_kpi"))


@pytest.mark.parametrize(
    ("value", "ends", "hundredths"),
    [
        ("0.5", UP, 0), ("0.6", UP, 0), ("0.725", UP, 4000), ("0.85", UP, 8000), ("0.9", UP, 9000),
        ("0.95", UP, 10_000),
        ("1", UP, 10_000), ("0.08", DOWN, 0), ("0.06", DOWN, 0), ("0.045", DOWN, 4000), ("0.03", DOWN, 8000),
        ("0.02", DOWN, 9000), ("0.01", DOWN, 10_000), ("0", DOWN, 10_000),
    ],
)  # fmt: skip
def test_points_run_by_proportion_in_either_direction(value: str, ends: dict[str, Any], hundredths: int) -> None:
    assert points_of(Fraction(value), ends, POINTS) == hundredths


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({}, Fraction(17, 20)),
        ({"less": 7, "scale": 100}, Fraction(50)),
        ({"denominator": 0}, None),
        ({"numerator": None}, None),
        ({"denominator": None, "per": 4}, Fraction(17, 4)),
    ],
)
def test_a_figure_is_a_ratio_of_sums_or_a_count_for_each_manager_and_quarter(
    more: dict[str, Any], value: Fraction | None
) -> None:
    assert value_of(line(**more)) == value


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "counted"), ({"numerator": 8, "denominator": 10}, "counted"),
        ({"numerator": 8, "denominator": 9}, "small"),
        ({"numerator": None}, "nothing"), ({"denominator": 0}, "nothing"), ({"target": None}, "no_line"),
        ({"left_out": True}, "left_out"),
    ],
)  # fmt: skip
def test_what_counts(more: dict[str, Any], state: str) -> None:
    card = judge([line(weight=40, **more), line("b", 60)], BY)
    assert card.lines[0]["state"] == state
    assert (card.counted, card.score) == ((100, 8000) if state == "counted" and "numerator" not in more else
                                          (100, 7360) if state == "counted" else (60, 8000))  # fmt: skip
    assert card.lines[1]["share"] == (6000 if state == "counted" else 10_000)


@pytest.mark.parametrize(("weight", "score"), [(59, None), (60, 8000)])
def test_too_little_weight_gives_no_grade(weight: int, score: int | None) -> None:
    card = judge([line(weight=weight), line("b", 100 - weight, denominator=9)], BY)
    assert (card.counted, card.score, card.grade) == (weight, score, None if score is None else "good")


@pytest.mark.parametrize(
    ("score", "grade"),
    [(10_000, "excellent"), (9000, "excellent"), (8999, "good"), (8000, "good"), (7999, "fair"), (6000, "fair"),
     (5999, "poor"), (0, "poor")],
)  # fmt: skip
def test_grades_begin_at_their_line(score: int, grade: str) -> None:
    assert grade_of(score, BY.grades) == grade


def test_money_without_a_line_in_the_banks_currency_does_not_count() -> None:
    found = [filled(one, Counted(10**9)) for kpi, one in blank_lines(BOOK, "manager", "CZK", ON)
             if kpi.key == "new_business"]  # fmt: skip
    assert judge(found, BY).lines[0]["state"] == "no_line"


@pytest.mark.parametrize(
    ("scores", "mine", "told"),
    [
        ([1, 2, 3, 4], 4, {"n": 4, "small": True}),
        ([], None, {"n": 0, "small": True}),
        ([10, 20, 30, 40, 50], 30, {"n": 5, "small": False, "median": 30, "q1": 20, "q3": 40, "place": 3}),
        ([10, 20, 20, 40, 50], 20, {"n": 5, "small": False, "median": 20, "q1": 20, "q3": 40, "place": 3}),
        ([10, 20, 30, 40, 50], None, {"n": 5, "small": False, "median": 30, "q1": 20, "q3": 40, "place": None}),
    ],
)
def test_peers_are_told_without_names_and_not_at_all_when_few(
    scores: list[int], mine: int | None, told: dict[str, Any]
) -> None:
    assert peers(scores, mine, 5) == told


def test_a_correction_puts_one_line_right_and_leaves_the_others() -> None:
    before = judge([line(weight=40, numerator=12), line("b", 60)], BY)
    after = corrected(before.lines, Correction("a", 19, 20), BY)
    assert (before.score, after.score) == (4800, 8800)
    assert after.lines[0]["corrected"] and "corrected" not in after.lines[1]
    out = corrected(before.lines, Correction("a", leave_out=True), BY)
    assert (out.score, out.counted, out.lines[0]["state"]) == (8000, 60, "left_out")


_COUNTS = st.builds(Counted, st.integers(0, 500), st.integers(0, 50), st.one_of(st.none(), st.integers(0, 400)),
                    st.integers(1, 40))  # fmt: skip


_BLANK = [one for _kpi, one in blank_lines(BOOK, "manager", "CNY", ON)]


@given(st.lists(st.one_of(st.none(), _COUNTS), min_size=len(_BLANK), max_size=len(_BLANK)))
def test_any_card_scores_between_nothing_and_a_hundred_by_what_counts(counts: list[Counted | None]) -> None:
    card = judge([filled(one, what) for one, what in zip(_BLANK, counts, strict=True)], BY)
    counted = [one for one in card.lines if one["state"] == "counted"]
    assert card.counted == sum(one["weight"] for one in counted)
    assert (card.score is None) == (card.counted < 60) == (card.grade is None)
    if card.score is not None:
        assert 0 <= card.score <= 10_000
        assert abs(sum(one["share"] for one in counted) - 10_000) <= len(counted)
        assert abs(sum(one["adds"] for one in counted) - card.score) <= len(counted)
        assert min(one["points"] for one in counted) <= card.score <= max(one["points"] for one in counted)
