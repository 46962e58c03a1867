"""Scales, axes and texts of a figure."""

from __future__ import annotations

import pytest

from lib.ui.figures import Unit, layout, name_axis, scale_for, series_colours, spoken, value_axis
from lib.ui.theme import RISK
from lib.words import use_locale

SCALES = [
    ("zh_CN", "money", [9_999_99], 100, ""),
    ("zh_CN", "money", [1_000_000], 1_000_000, " 万"),
    ("zh_CN", "money", [123_456_789_000], 10_000_000_000, " 亿"),
    ("zh_CN", "count", [9_999, 10_000], 10_000, " 万"),
    ("en", "money", [123_456_789_000], 100_000_000_000, "B"),
    ("en", "count", [1_000], 1_000, "K"),
]


@pytest.mark.parametrize(("locale", "kind", "values", "divisor", "suffix"), SCALES)
def test_the_axis_takes_the_unit_its_largest_value_reaches(
    locale: str, kind: str, values: list[int], divisor: float, suffix: str
) -> None:
    with use_locale(locale):
        scale = scale_for(values, Unit(kind))
    assert (scale.divisor, scale.suffix) == (divisor, suffix)


def test_a_negative_peak_counts_and_nothing_is_zero() -> None:
    with use_locale("zh_CN"):
        assert scale_for([-20_000, None], Unit()).suffix == " 万"
        assert scale_for([], Unit()).divisor == 1
        assert scale_for([None, 20_000], Unit()).of([None, 20_000]) == [None, 2.0]


def test_shares_are_percent() -> None:
    assert value_axis(scale_for([0.3], Unit("percent")))["tickformat"] == ".0%"
    assert value_axis(scale_for([0.03], Unit("percent")))["tickformat"] == ".1%"


def test_a_currency_without_cents() -> None:
    assert Unit("money", "JPY").minor == 1 and Unit("money", "CZK").minor == 100


def test_names_stay_names_in_their_order() -> None:
    axis = name_axis(["2026Q3", "2026Q4"])
    assert axis["type"] == "category" and axis["categoryarray"] == ["2026Q3", "2026Q4"]


def test_nobody_zooms_into_a_chart_by_scrolling_past_it() -> None:
    assert layout()["dragmode"] is False
    assert value_axis(scale_for([1], Unit()))["fixedrange"] and name_axis()["fixedrange"]


def test_a_tone_overrides_a_category() -> None:
    assert series_colours({"a": 0, "逾期": 0}, {"逾期": "risk"})[1] == RISK


def test_it_can_be_heard() -> None:
    with use_locale("zh_CN"):
        assert spoken(["一支行", "二支行"], [1, None], Unit()) == "一支行 1;二支行 –"
