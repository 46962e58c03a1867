"""The working calendar: the shipped table, and what is presumed beyond it."""

import csv
from datetime import date
from pathlib import Path

import pytest

from lib.rulebook import Calendar, CalendarDay, parse_calendar

FOLDER = Path(__file__).resolve().parents[2] / "data" / "calendar"
DAYS, VERSION = parse_calendar(FOLDER)
CALENDAR = Calendar.of(DAYS, VERSION)


@pytest.mark.parametrize(
    ("day", "working", "reason", "provisional"),
    [
        (date(2026, 2, 13), True, "", False),
        (date(2026, 2, 14), True, "补班日", False),
        (date(2026, 2, 15), False, "春节", False),
        (date(2026, 2, 23), False, "春节", False),
        (date(2026, 3, 1), False, "周末", False),
        (date(2027, 1, 1), True, "推定", True),
        (date(2027, 1, 2), False, "周末", True),
        (date(2003, 12, 31), True, "推定", True),
    ],
)
def test_days(day: date, working: bool, reason: str, provisional: bool) -> None:
    assert CALENDAR.is_working(day) == (working, reason, provisional)


def test_a_loaded_year_is_no_longer_presumed() -> None:
    later = Calendar.of([*DAYS, CalendarDay(date(2027, 1, 1), "holiday", "元旦")], "2027 v1")
    assert later.is_working(date(2027, 1, 1)) == (False, "元旦", False)
    assert later.is_working(date(2027, 1, 4)) == (True, "", False)


def test_without_a_table_everything_is_presumed() -> None:
    assert Calendar.of([], "").is_working(date(2026, 10, 1)) == (True, "推定", True)


def test_the_version_names_the_last_year() -> None:
    assert VERSION == "2026 v1"
    assert (CALENDAR.since, CALENDAR.until) == (2004, 2026)


def test_the_table_equals_its_source(shared_data: Path) -> None:
    with (shared_data / "calendar" / "cn_holidays_2004_2026.csv").open(encoding="utf-8") as file:
        kinds = {"holiday": "holiday", "workday_adjusted": "workday"}
        expected = [(date.fromisoformat(row["date"]), kinds[row["kind"]]) for row in csv.DictReader(file)]
    assert [(day.day, day.kind) for day in DAYS] == sorted(expected)
