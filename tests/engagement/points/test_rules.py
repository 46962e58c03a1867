"""What is left of points given, and how a redemption is shared between the records of one customer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.engagement.points.rules import Lot, affordable, remaining, shares

A, B, C = date(2026, 12, 31), date(2027, 12, 31), date(2028, 12, 31)
DAYS = st.sampled_from([A, B, C])
GIVEN = st.lists(st.tuples(DAYS, st.integers(1, 1000)), max_size=8)


@pytest.mark.parametrize(
    ("given_", "used", "left"),
    [
        ([], 0, []),
        ([(A, 100)], 0, [Lot(A, 100)]),
        ([(A, 100)], 100, []),
        ([(B, 50), (A, 100)], 30, [Lot(A, 70), Lot(B, 50)]),
        ([(B, 50), (A, 100)], 100, [Lot(B, 50)]),
        ([(A, 100), (A, 20), (B, 50)], 110, [Lot(A, 10), Lot(B, 50)]),
    ],
)
def test_what_expires_first_is_used_first(given_: list, used: int, left: list[Lot]) -> None:
    assert remaining(given_, used) == left


@given(GIVEN, st.integers(0, 5000))
def test_what_is_left_adds_up_in_order_of_its_day(given_: list[tuple[date, int]], used: int) -> None:
    left = remaining(given_, used)
    assert sum(lot.points for lot in left) == max(0, sum(points for _day, points in given_) - used)
    assert [lot.until for lot in left] == sorted({lot.until for lot in left}) and all(lot.points > 0 for lot in left)


@pytest.mark.parametrize(
    ("points", "parts"),
    [
        (40, {1: 40}),
        (60, {1: 60}),
        (61, {1: 60, 2: 1}),
        (100, {1: 60, 2: 40}),
        (130, {1: 90, 2: 40}),
        (500, {1: 160, 2: 40}),
        (0, {}),
    ],
)
def test_a_redemption_takes_what_expires_first_whichever_record_it_is_on(points: int, parts: dict[int, int]) -> None:
    assert shares({1: [Lot(A, 60), Lot(C, 100)], 2: [Lot(B, 40)]}, points) == parts


@pytest.mark.parametrize(("has", "codes"), [(99, []), (100, ["a"]), (300, ["b", "a"])])
def test_what_a_balance_reaches(has: int, codes: list[str]) -> None:
    assert affordable({"a": 100, "b": 300, "c": 301}, has) == codes
