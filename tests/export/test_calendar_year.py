"""A year of the calendar as a file: what is known as it stands, a year to come as a template."""

from __future__ import annotations

import pytest

from lib.export.calendar_year import make
from lib.rulebook import read_year
from lib.store.book import calendar
from lib.work.calendar_year import days_in
from tests.cast import SmallBank, scope


def content(year: str) -> bytes:
    __, kind, parts = make(scope("rm.zhang"), {"year": year})
    assert kind.startswith("text/csv")
    return b"".join(parts)


def test_a_known_year_comes_back_as_it_went(sqlite_bank: SmallBank) -> None:
    assert read_year("2026.csv", content("2026")) == days_in(calendar(), 2026)


def test_a_year_to_come_begins_with_an_example(sqlite_bank: SmallBank) -> None:
    (row,) = read_year("2027.csv", content("2027"))
    assert (row.day.isoformat(), row.kind) == ("2027-01-01", "holiday")


@pytest.mark.parametrize("year", ["", "x", "20270", "1900", "²027"])
def test_nonsense_is_refused(sqlite_bank: SmallBank, year: str) -> None:
    with pytest.raises(ValueError, match="年度"):
        make(scope("rm.zhang"), {"year": year})
