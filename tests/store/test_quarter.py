"""Quarters: every day lies in exactly one, and their written form sorts by time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from lib.store.quarter import Quarter, quarters_between

days = dates(date(1900, 1, 1), date(2900, 12, 31))
steps = integers(-400, 400)


@given(days)
def test_a_day_lies_between_its_quarter_s_edges(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.start <= day <= quarter.end
    assert Quarter.of(quarter.start) == Quarter.of(quarter.end) == quarter
    assert Quarter.of(quarter.end + timedelta(days=1)) == quarter.shift(1)
    assert 90 <= (quarter.end - quarter.start).days + 1 <= 92


@given(days, steps)
def test_shifting_there_and_back(day: date, by: int) -> None:
    quarter = Quarter.of(day)
    assert quarter.shift(by).shift(-by) == quarter
    assert (quarter.shift(by) > quarter) == (by > 0)


@given(days, days)
def test_the_written_form_sorts_by_time_and_reads_back(one: date, other: date) -> None:
    first, second = Quarter.of(one), Quarter.of(other)
    assert (str(first) < str(second)) == (first < second)
    assert Quarter.parse(str(first)) == first


@given(days, integers(0, 40))
def test_quarters_between_are_all_of_them(day: date, count: int) -> None:
    first = Quarter.of(day)
    found = quarters_between(first, first.shift(count))
    assert found == [first.shift(i) for i in range(count + 1)]
    assert quarters_between(first.shift(1), first) == []


@pytest.mark.parametrize(
    "text", ["", "2026", "2026Q0", "2026Q5", "2026q1", " 2026Q1", "2026Q1 ", "26Q1", "2026Q11", "٢٠٢٦Q1x"]
)
def test_anything_else_is_no_quarter(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quarter such as"):
        Quarter.parse(text)


@pytest.mark.parametrize(
    ("quarter", "seen_on", "month"),
    [("2026Q3", date(2026, 11, 22), date(2026, 9, 1)), ("2026Q4", date(2026, 11, 22), date(2026, 11, 1)),
     ("2026Q4", date(2026, 10, 1), date(2026, 10, 1)), ("2026Q4", date(2026, 12, 31), date(2026, 12, 1))],
)  # fmt: skip
def test_the_month_whose_average_stands_for_a_quarter(quarter: str, seen_on: date, month: date) -> None:
    assert Quarter.parse(quarter).last_month(seen_on) == month
