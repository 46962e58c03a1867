"""The lunar calendar against known days, and what must hold of every birthday whatever the year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lunar_python import LunarMonth

from lib.work.lunar import kept_in, keys_kept_on, lunar_key, next_kept, qingming, solar
from lib.work.lunar_words import lunar_said

DAYS = st.dates(date(1930, 2, 1), date(2060, 12, 31))
YEARS = st.integers(1930, 2060)
KEYS = st.builds(lambda leap, month, day: f"{leap}{month:02d}-{day:02d}", st.sampled_from(["", "L"]),
                 st.integers(1, 12), st.integers(1, 30))  # fmt: skip


@pytest.mark.parametrize(
    ("year", "month", "number", "day"),
    [
        (2026, 1, 1, date(2026, 2, 17)),  # 春节
        (2027, 1, 1, date(2027, 2, 6)),
        (2026, 8, 15, date(2026, 9, 25)),  # 中秋
        (2025, 8, 15, date(2025, 10, 6)),
        (2026, 5, 5, date(2026, 6, 19)),  # 端午
        (2025, 12, -1, date(2026, 2, 16)),  # 除夕, 腊月 has 29 days
        (2025, -6, 1, date(2025, 7, 25)),  # 闰六月
        (2023, -2, 1, date(2023, 3, 22)),
        (2020, -4, 1, date(2020, 5, 23)),
        (2033, -11, 1, date(2033, 12, 22)),
    ],
)
def test_known_days(year: int, month: int, number: int, day: date) -> None:
    assert solar(year, month, number) == day


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2026, 2, 17), "01-01"),
        (date(2026, 9, 25), "08-15"),
        (date(2025, 7, 25), "L06-01"),
        (date(2023, 3, 22), "L02-01"),
        (date(2026, 2, 16), "12-29"),
    ],
)
def test_the_key_of_a_day(day: date, key: str) -> None:
    assert lunar_key(day) == key


@pytest.mark.parametrize(
    ("key", "year", "day"),
    [
        ("08-15", 2026, date(2026, 9, 25)),
        ("L06-15", 2025, date(2025, 8, 8)),
        ("L06-15", 2026, date(2026, 7, 28)),  # no leap month: the month itself
        ("12-30", 2025, date(2026, 2, 16)),  # 腊月 of 29 days: its last day
        ("12-29", 2025, date(2026, 2, 16)),
    ],
)
def test_when_a_birthday_is_kept(key: str, year: int, day: date) -> None:
    assert kept_in(key, year) == day and key in keys_kept_on(day)


@pytest.mark.parametrize("key", ["8-15", "08-15x", "", "M08-15"])
def test_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="lunar"):
        kept_in(key, 2026)


@pytest.mark.parametrize(("year", "day"), [(2024, 4), (2025, 4), (2026, 5), (2027, 5), (2028, 4)])
def test_qingming(year: int, day: int) -> None:
    assert qingming(year) == date(year, 4, day)


@settings(max_examples=200, deadline=None)
@given(DAYS)
def test_every_day_keeps_its_own_key(day: date) -> None:
    assert lunar_key(day) in keys_kept_on(day)


@settings(max_examples=30, deadline=None)
@given(KEYS, YEARS)
def test_a_key_is_kept_exactly_once_in_a_lunar_year(key: str, year: int) -> None:
    first, after = solar(year, 1, 1), solar(year + 1, 1, 1)
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    kept = [day for day in days if key in keys_kept_on(day)]
    assert kept == [kept_in(key, year)]


@settings(max_examples=100, deadline=None)
@given(KEYS, DAYS)
def test_the_next_is_never_before_and_within_thirteen_months(key: str, on: date) -> None:
    assert on <= next_kept(key, on) <= on + timedelta(days=385)


@settings(max_examples=50, deadline=None)
@given(YEARS, st.integers(1, 12))
def test_the_last_day_of_a_month(year: int, month: int) -> None:
    assert solar(year, month, -1) == solar(year, month, LunarMonth.fromYm(year, month).getDayCount())


@pytest.mark.parametrize(
    ("key", "said"),
    [("08-15", "农历八月十五"), ("L06-30", "农历闰六月三十"), ("01-01", "农历正月初一"), ("12-29", "农历腊月廿九"),
     ("11-10", "农历冬月初十"), ("10-20", "农历十月二十"), ("02-11", "农历二月十一")],
)  # fmt: skip
def test_a_lunar_day_in_words(key: str, said: str) -> None:
    assert lunar_said(key) == said
