"""Where a target is missed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.kpi.decomposition import Side
from lib.kpi.gap import Gap, gap
from tests.kpi.test_decomposition import PERIOD

F = Fraction


@pytest.mark.parametrize(
    ("sides", "target", "good", "total", "parts"),
    [
        # 90 of 100 and 40 of 100 against 95%: short by 30 points, 2.5 of them in the first
        ({"a": (90, 100), "b": (40, 100)}, 0.95, "up", F(-30, 100), (("b", F(-275, 1000)), ("a", F(-25, 1000)))),
        # one above, one below: the whole meets it, the parts still say who does not
        ({"a": (100, 100), "b": (90, 100)}, 0.95, "up", F(0), (("b", F(-25, 1000)), ("a", F(25, 1000)))),
        # less is better: the worst is the largest
        ({"a": (1, 100), "b": (9, 100)}, 0.03, "down", F(2, 100), (("b", F(3, 100)), ("a", F(-1, 100)))),
        ({"a": (3, 10), "0": (2, 0)}, 0.5, "down", F(0), (("0", F(2, 10)), ("a", F(-2, 10)))),
    ],
)
def test_by_hand(
    sides: dict[str, tuple[int, int]],
    target: float,
    good: str,
    total: Fraction,
    parts: tuple[tuple[str, Fraction], ...],
) -> None:
    assert gap({g: Side(*s) for g, s in sides.items()}, target, good) == Gap(total, parts)


def test_without_a_denominator_there_is_no_distance() -> None:
    assert gap({"a": Side(1, 0)}, 0.5, "up") is None
    assert gap({}, 0.5, "up") is None


def test_a_score_is_measured_in_its_own_unit() -> None:
    found = gap({"a": Side(2, 10)}, 30, "up", 100)
    assert found is not None and found.total == -10


@given(PERIOD, st.sampled_from([0.95, 0.1, 2.0, 30]), st.sampled_from(["up", "down"]), st.sampled_from([1, 100]))
def test_it_adds_up(sides: dict[str, Side], target: float, good: str, scale: int) -> None:
    found, whole = gap(sides, target, good, scale), sum(one.denominator for one in sides.values())
    assert (found is None) == (whole == 0)
    if found is not None:
        numerator = sum(one.numerator for one in sides.values())
        assert found.total == F(numerator * scale, whole) - F(str(target)) == sum(part for _g, part in found.parts)
        total, parts = found.in_steps(F(1, 1000))
        assert total == sum(parts) == round(found.total * 1000)
