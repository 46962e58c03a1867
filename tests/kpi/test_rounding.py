"""What is shown of a decomposition adds up, and is next to what is."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lib.kpi.decomposition import Decomposition, Effect, Side, of_ratio
from lib.kpi.rounding import in_steps, spread
from tests.kpi.test_decomposition import RATIO

F = Fraction
STEPS = st.sampled_from([F(1, 1000), F(1, 100), F(1, 10), F(1), F(10_000)])


@given(RATIO, STEPS, st.sampled_from([1, 100, 10_000_000]))
def test_what_is_shown_adds_up_and_is_next_to_what_is(
    two: tuple[Mapping[str, Side], Mapping[str, Side]], step: Fraction, scale: int
) -> None:
    found = of_ratio(*two, scale)
    assert found is not None
    shown = in_steps(found, step)
    assert shown.change == round(found.change / step)
    assert sum(shown.totals) == shown.rate + shown.mix == shown.change
    for effect, rate, mix in zip(found.effects, shown.rates, shown.mixes, strict=True):
        assert abs(rate - effect.rate / step) < 1 and abs(mix - effect.mix / step) < 1
        assert abs(rate + mix - effect.total / step) < 1


def test_a_rounded_total_is_shared_out_by_the_largest_remainder() -> None:
    thirds = [F(1, 3)] * 3
    assert spread(thirds, 1) == [1, 0, 0]
    assert spread([F(-1, 3)] * 3, -1) == [0, 0, -1]  # all begin at -1; the first two go up
    assert spread([F(5, 2), F(1, 2)], 3) == [3, 0]
    assert spread([], 0) == []


def test_steps_of_a_small_change() -> None:
    effects = tuple(Effect(g, F(0), F(0), F(0), F(0), rate, mix) for g, rate, mix in
                    (("a", F(4, 10), F(3, 10)), ("b", F(3, 10), F(-2, 10)), ("c", F(0), F(1, 10))))  # fmt: skip
    shown = in_steps(Decomposition(F(0), F(9, 10), effects, True), F(1))
    assert (shown.change, shown.totals) == (1, (1, 0, 0))
    assert (shown.rate, shown.mix) == (1, 0)
