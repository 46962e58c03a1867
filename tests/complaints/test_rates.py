"""The comparison of two counts against SciPy's own, by its properties, and with figures one can check by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, false_discovery_control

from lib.complaints.rates import adjusted, fewer, more

COUNTS = st.integers(0, 400)
SHARES = st.floats(0.01, 0.99)


@given(COUNTS, COUNTS, SHARES)
def test_as_scipy_has_it(this: int, before: int, share: float) -> None:
    n = this + before
    assert more(this, before, share) == pytest.approx(binom.sf(this - 1, n, share), rel=1e-8, abs=1e-290)
    assert fewer(this, before, share) == pytest.approx(binom.cdf(this, n, share), rel=1e-8, abs=1e-290)


@pytest.mark.parametrize(
    ("this", "before", "share", "at_least", "at_most"),
    [
        (0, 0, 0.2, 1, 1),
        (0, 5, 0.5, 1, 1 / 32),
        (5, 0, 0.5, 1 / 32, 1),
        (1, 1, 0.5, 3 / 4, 3 / 4),
        (2, 1, 1 / 9, 25 / 729, 728 / 729),
    ],
)
def test_by_hand(this: int, before: int, share: float, at_least: float, at_most: float) -> None:
    assert more(this, before, share) == pytest.approx(at_least)
    assert fewer(this, before, share) == pytest.approx(at_most)


@given(COUNTS, COUNTS, SHARES)
def test_more_and_fewer_share_only_the_count_itself(this: int, before: int, share: float) -> None:
    beyond = more(this + 1, before - 1, share) if before else 0.0
    assert fewer(this, before, share) + beyond == pytest.approx(1)


@given(COUNTS, st.integers(1, 400), SHARES)
def test_one_more_event_is_less_likely_by_chance(this: int, before: int, share: float) -> None:
    assert more(this + 1, before, share) <= more(this, before, share) * (1 + 1e-12)
    assert more(this, before - 1, share) <= more(this, before, share) * (1 + 1e-12)


def test_a_surge_among_many_stays_exact() -> None:
    assert more(3000, 60_000, 1 / 53) == pytest.approx(binom.sf(2999, 63_000, 1 / 53), rel=1e-7)


@pytest.mark.parametrize(("this", "before", "share"), [(-1, 2, 0.5), (1, -2, 0.5), (1, 2, 0.0), (1, 2, 1.0)])
def test_senseless_questions_are_refused(this: int, before: int, share: float) -> None:
    for asked in (more, fewer):
        with pytest.raises(ValueError, match=r"count|share"):
            asked(this, before, share)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_false_discoveries_as_scipy_counts_them(ps: list[float]) -> None:
    assert adjusted(ps) == pytest.approx(list(false_discovery_control(ps)))


def test_nothing_compared_nothing_adjusted() -> None:
    assert adjusted([]) == []
