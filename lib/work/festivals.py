"""Festivals by rule care.festivals: which day each falls on in a year, by the solar or the lunar calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lib.rulebook import Rulebook
from lib.work import lunar

CALENDARS = ("solar", "lunar")


def day_of(festival: Mapping[str, Any], year: int) -> date:
    """The day of a festival (`by` solar or lunar, `month`, `day`; -1: the month's last) in a year of its calendar."""
    if festival["by"] == "lunar":
        return lunar.solar(year, festival["month"], festival["day"])
    return date(year, festival["month"], festival["day"])


def between(book: Rulebook, first: date, last: date, on: date | None = None) -> list[tuple[str, date]]:
    """The festivals from one day to another, both included, in their order, by the rule of a day (the first)."""
    said = book.value("care.festivals", on or first)
    known = ((one["code"], day_of(one, year)) for one in said for year in range(first.year - 1, last.year + 1))
    return sorted(((code, day) for code, day in known if first <= day <= last), key=lambda one: (one[1], one[0]))
