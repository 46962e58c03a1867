"""Shares and their intervals, against SciPy and the formula of the domain."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from lib.satisfaction.figures import Interval, differ, nps, wilson


@pytest.mark.parametrize(("good", "n"), [(0, 1), (1, 1), (0, 10), (10, 10), (7, 10), (85, 100), (1, 1000), (499, 1000)])
def test_wilson_is_what_scipy_says(good: int, n: int) -> None:
    found, known = wilson(good, n), binomtest(good, n).proportion_ci(0.95, "wilson")
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((good / n, known.low, known.high), abs=1e-9)


def test_no_answers_have_no_figure() -> None:
    assert wilson(0, 0) is None and nps(0, 0, 0) is None


def test_the_interval_of_the_net_promoter_score_is_the_formula_of_the_domain() -> None:
    found = nps(50, 20, 100)
    assert found is not None and found.value == pytest.approx(30)
    half = 1.959963984540054 * sqrt(100**2 * (0.5 + 0.2 - 0.3**2) / 100)
    assert (found.low, found.high) == pytest.approx((30 - half, 30 + half))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_score_is_the_mean_of_a_hundred_nought_and_minus_a_hundred(p: int, d: int, rest: int) -> None:
    """By hand: variance of the values themselves, which is what the formula is short for."""
    n = p + d + rest
    found = nps(p, d, n)
    if not n:
        assert found is None
        return
    assert found is not None
    values = [100] * p + [-100] * d + [0] * rest
    mean = sum(values) / n
    spread = sum((value - mean) ** 2 for value in values) / n
    half = 1.959963984540054 * sqrt(spread / n)
    assert found.value == pytest.approx(mean, abs=1e-9)
    assert found.low == pytest.approx(max(-100, mean - half), abs=1e-6)
    assert found.high == pytest.approx(min(100, mean + half), abs=1e-6)


@pytest.mark.parametrize(("one", "other", "said"), [
    ((0.2, 0.1, 0.3), (0.5, 0.4, 0.6), True), ((0.5, 0.4, 0.6), (0.2, 0.1, 0.3), True),
    ((0.2, 0.1, 0.4), (0.5, 0.4, 0.6), False), ((0.2, 0.1, 0.5), (0.4, 0.3, 0.6), False),
])  # fmt: skip
def test_figures_differ_where_their_intervals_do_not_meet(
    one: tuple[float, float, float], other: tuple[float, float, float], said: bool
) -> None:
    assert differ(Interval(*one), Interval(*other)) is said
