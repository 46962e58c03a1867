"""The Chinese working calendar: public holidays, make-up working days, and what lies beyond the table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from lib.words import _, translate

KINDS = ("holiday", "workday")


class CalendarDay(NamedTuple):
    """A day that differs from the week: a public holiday, or a working day that makes up for one."""

    day: date
    kind: str  # holiday | workday
    name: str  # of the festival, in Chinese


class WorkingDay(NamedTuple):
    """Whether a day is worked, why (empty: an ordinary working day), and whether that is only presumed."""

    working: bool
    reason: str
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """The table of special days, complete from the year `since` to `until`; `version` names its state."""

    days: Mapping[date, CalendarDay]
    since: int
    until: int
    version: str

    @classmethod
    def of(cls, days: Iterable[CalendarDay], version: str) -> Calendar:
        """A calendar from rows; a year counts as known once one of its days is in the table."""
        table = {row.day: row for row in days}
        years = {day.year for day in table}
        return cls(table, min(years, default=9999), max(years, default=0), version)

    def is_working(self, day: date) -> WorkingDay:
        """Judge a day; outside the table Monday to Friday are presumed to be worked (推定)."""
        special = self.days.get(day)
        if special is not None:
            worked = special.kind == "workday"
            return WorkingDay(worked, _("补班日") if worked else translate(special.name), False)
        presumed = not self.since <= day.year <= self.until
        if day.weekday() >= 5:
            return WorkingDay(False, _("周末"), presumed)
        return WorkingDay(True, _("推定") if presumed else "", presumed)


def parse_calendar(folder: Path) -> tuple[list[CalendarDay], str]:
    """The days of every `YYYY.toml` of a folder and the version of the whole, such as `2026 v1`."""
    days: list[CalendarDay] = []
    version = ""
    for file in sorted(folder.glob("*.toml")):
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        version = f"{said['year']} v{said['version']}"
        days += days_of_year(said)
    return sorted(days), version


def days_of_year(said: Mapping[str, Any]) -> list[CalendarDay]:
    """The days a year's file names, by festival and span; ValueError for a span that is none."""
    return [
        CalendarDay(day, kind, festival)
        for kind in KINDS
        for festival, spans in said.get(kind, {}).items()
        for span in spans
        for day in _span(said["year"], span)
    ]


def _span(year: int, text: str) -> Iterator[date]:
    """`02-15..02-23` or `02-14` of a year."""
    first, __, last = text.partition("..")
    day, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
    if end < day:
        raise ValueError(f"{text} ends before it begins")
    while day <= end:
        yield day
        day += timedelta(days=1)
