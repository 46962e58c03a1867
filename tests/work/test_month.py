"""The calendar's month: whole weeks, every day once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.work.month import Month

MONTHS = some.builds(Month, some.integers(1950, 2199), some.integers(1, 12))


@given(MONTHS)
def test_every_day_of_the_month_stands_once_in_whole_weeks(month: Month) -> None:
    days = [day for week in month.weeks for day in week]
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in month.weeks)
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    inside = [day for day in days if Month.of(day) == month]
    assert inside == [month.first + timedelta(days=n) for n in range((month.last - month.first).days + 1)]
    # no week lies outside
    assert all(any(Month.of(day) == month for day in week) for week in month.weeks)


@given(MONTHS, some.integers(-30, 30))
def test_shifting_there_and_back(month: Month, months: int) -> None:
    assert month.shift(months).shift(-months) == month
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize("said", ["", "2026-13", "2026-00", "2026-1", "1949-12", "2200-01", "x2026-11", "9999-99"])
def test_what_is_no_month(said: str) -> None:
    assert Month.parse(said) is None


def test_a_known_month() -> None:
    weeks = Month(2026, 2).weeks
    assert (weeks[0][0], weeks[-1][-1], len(weeks)) == (date(2026, 1, 26), date(2026, 3, 1), 5)
    assert len(Month(2026, 11).weeks) == 6  # begins on a Sunday
