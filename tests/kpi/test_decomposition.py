"""A change taken apart: known cases by hand, and what holds for every bank, exact to the last fraction."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.kpi.decomposition import Decomposition, Side, added, of_count, of_ratio, split, with_rest

F = Fraction
GROUPS = st.sampled_from(["north", "south", "east", "west", "0", "none"])
#: a numerator without a denominator happens: complaints of no branch among customers of branches
SIDE = st.builds(Side, st.integers(-50, 5000), st.one_of(st.just(0), st.integers(1, 9000)))
PERIOD = st.dictionaries(GROUPS, SIDE, max_size=6)
RATIO = st.tuples(PERIOD, PERIOD).filter(lambda two: all(sum(s.denominator for s in one.values()) for one in two))


def parts(found: Decomposition | None) -> dict[object, tuple[Fraction, Fraction]]:
    assert found is not None
    return {one.group: (one.rate, one.mix) for one in found.effects}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [  # group → rate effect, mix effect
        # each rate up by one point at unchanged weights: the change is the weights' mean of it, and nothing is mix
        ({"a": (1, 100), "b": (6, 300)}, {"a": (2, 100), "b": (9, 300)}, {"a": (F(1, 400), 0), "b": (F(3, 400), 0)}),
        # nobody changed, b (2%) grew at the cost of a (1%): mean overall rate 13/800
        ({"a": (2, 200), "b": (4, 200)}, {"a": (1, 100), "b": (6, 300)},
         {"a": (0, F(-1, 4) * (F(1, 100) - F(13, 800))), "b": (0, F(1, 4) * (F(2, 100) - F(13, 800)))}),
        # a new group at the overall rate explains nothing; its size is no change
        ({"a": (10, 100)}, {"a": (10, 100), "b": (5, 50)}, {"a": (0, 0), "b": (0, 0)}),
        # one that left with twice the rate brought the whole down
        ({"a": (10, 100), "b": (20, 100)}, {"a": (10, 100)},
         {"a": (0, F(1, 2) * (F(1, 10) - F(1, 8))), "b": (0, F(-1, 2) * (F(1, 5) - F(1, 8)))}),
        # complaints of no branch: a numerator without a denominator is rate
        ({"a": (10, 100), "0": (1, 0)}, {"a": (10, 100), "0": (4, 0)}, {"a": (0, 0), "0": (F(3, 100), 0)}),
    ],
)  # fmt: skip
def test_by_hand(
    before: dict[str, tuple[int, int]],
    after: dict[str, tuple[int, int]],
    expected: dict[str, tuple[Fraction, Fraction]],
) -> None:
    found = of_ratio({g: Side(*s) for g, s in before.items()}, {g: Side(*s) for g, s in after.items()})
    assert parts(found) == expected


def test_a_period_without_a_denominator_cannot_be_told() -> None:
    assert of_ratio({"a": Side(1, 0)}, {"a": Side(1, 10)}) is None
    assert of_ratio({}, {"a": Side(1, 10)}) is None


def test_a_count_is_plain_differences() -> None:
    found = of_count({"a": 5, "gone": 2}, {"a": 9, "new": 7})
    assert parts(found) == {"a": (4, 0), "gone": (-2, 0), "new": (7, 0)}
    assert (found.before, found.after, found.change, found.ratio) == (7, 16, 9, False)
    assert [one.group for one in found.effects] == ["new", "a", "gone"]


@given(RATIO, st.sampled_from([1, 100, 10_000_000]))
def test_it_adds_up_exactly(two: tuple[Mapping[str, Side], Mapping[str, Side]], scale: int) -> None:
    found = of_ratio(*two, scale)
    assert found is not None
    before, after = (
        F(sum(s.numerator for s in one.values()) * scale, sum(s.denominator for s in one.values())) for one in two
    )
    assert (found.before, found.after) == (before, after)
    assert sum((one.total for one in found.effects), F(0)) == after - before == found.rate + found.mix
    assert sum(one.share_before for one in found.effects) == sum(one.share_after for one in found.effects) == 1


@given(RATIO)
def test_nothing_changes_where_nothing_changed(two: tuple[Mapping[str, Side], Mapping[str, Side]]) -> None:
    assert set(parts(of_ratio(two[0], two[0])).values()) == {(0, 0)}


@given(RATIO, st.integers(2, 7))
def test_a_bank_twice_as_large_tells_the_same(two: tuple[Mapping[str, Side], Mapping[str, Side]], by: int) -> None:
    larger = [{g: Side(s.numerator * by, s.denominator * by) for g, s in one.items()} for one in two]
    assert parts(of_ratio(*larger)) == parts(of_ratio(*two))


@given(RATIO)
def test_exchanging_the_periods_changes_every_sign(two: tuple[Mapping[str, Side], Mapping[str, Side]]) -> None:
    forward, back = parts(of_ratio(*two)), parts(of_ratio(two[1], two[0]))
    assert back == {group: (-rate, -mix) for group, (rate, mix) in forward.items()}


@given(RATIO, st.permutations(["north", "south", "east", "west", "0", "none"]))
def test_names_mean_nothing(two: tuple[Mapping[str, Side], Mapping[str, Side]], names: list[str]) -> None:
    called = dict(zip(["north", "south", "east", "west", "0", "none"], names, strict=True))
    renamed = [{called[g]: s for g, s in one.items()} for one in two]
    expected = {called[str(g)]: effect for g, effect in parts(of_ratio(*two)).items()}
    assert parts(of_ratio(*renamed)) == expected


@given(RATIO, st.integers(1, 40), st.integers(1, 40))
def test_halves_of_a_group_that_are_alike_are_worth_the_group(
    two: tuple[Mapping[str, Side], Mapping[str, Side]], one: int, other: int
) -> None:
    """Splitting a group into parts of its own rate changes neither effect: they add."""
    first, last = Side(3, 100), Side(7, 120)
    whole = [dict(side) | {"x": Side(s.numerator * (one + other), s.denominator * (one + other))}
             for side, s in zip(two, (first, last), strict=True)]  # fmt: skip
    split_up = [dict(side) | {f"x{n}": Side(s.numerator * k, s.denominator * k) for n, k in enumerate((one, other))}
                for side, s in zip(two, (first, last), strict=True)]  # fmt: skip
    together, apart = parts(of_ratio(*whole)), parts(of_ratio(*split_up))
    assert together["x"] == tuple(a + b for a, b in zip(apart["x0"], apart["x1"], strict=True))
    assert {g: e for g, e in together.items() if g != "x"} == {g: e for g, e in apart.items() if g not in ("x0", "x1")}


def standardised(before: Mapping[str, Side], after: Mapping[str, Side]) -> tuple[Fraction, Fraction]:
    """Kitagawa's two components by counterfactual totals: both rates under one set of weights, and the reverse."""

    def whole(weights: Mapping[str, Side], rates: Mapping[str, Side]) -> Fraction:
        n = sum(side.denominator for side in weights.values())
        return sum((F(side.denominator, n) * F(rates[g].numerator, rates[g].denominator)
                    for g, side in weights.items()), F(0))  # fmt: skip

    rate = ((whole(before, after) - whole(before, before)) + (whole(after, after) - whole(after, before))) / 2
    mix = ((whole(after, before) - whole(before, before)) + (whole(after, after) - whole(before, after))) / 2
    return rate, mix


@given(st.lists(st.tuples(*[st.integers(0, 900), st.integers(1, 900)] * 2), min_size=1, max_size=6))
def test_its_components_are_those_of_an_independent_count(rows: list[tuple[int, int, int, int]]) -> None:
    before = {str(i): Side(row[0], row[1]) for i, row in enumerate(rows)}
    after = {str(i): Side(row[2], row[3]) for i, row in enumerate(rows)}
    found = of_ratio(before, after)
    assert found is not None
    assert (found.rate, found.mix) == standardised(before, after)


def test_a_growing_group_below_the_mean_pulls_down() -> None:
    """Without the overall mean a growing group would always push up, whatever its rate."""
    found = parts(of_ratio({"low": Side(1, 100), "high": Side(9, 100)}, {"low": Side(2, 200), "high": Side(9, 100)}))
    assert found["low"][1] < 0 and found["high"][1] < 0 and found["low"][0] == found["high"][0] == 0


def test_split_takes_counts_and_ratios_alike() -> None:
    sides = {"a": Side(3, 10)}, {"a": Side(5, 10), "b": Side(1, 0)}
    assert split(*sides, ratio=False) == of_count({"a": 3}, {"a": 5, "b": 1})
    assert split(*sides, ratio=True, scale=100) == of_ratio(*sides, 100)


@pytest.mark.parametrize(
    ("sides", "whole", "expected"),
    [
        ({5: Side(3, 10)}, Side(3, 10), {5: Side(3, 10)}),
        ({5: Side(3, 10), 6: Side(1, 2)}, Side(6, 15), {5: Side(3, 10), 6: Side(1, 2), 0: Side(2, 3)}),
        ({}, Side(), {}),
        ({}, Side(0, 4), {0: Side(0, 4)}),
    ],
)
def test_what_belongs_to_nobody_is_a_group_of_its_own(
    sides: dict[int, Side], whole: Side, expected: dict[int, Side]
) -> None:
    assert with_rest(sides, whole) == expected
    assert added(with_rest(sides, whole)) == whole
