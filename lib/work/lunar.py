"""The lunar calendar: birthdays kept by it, and festivals. In a year without one's leap month the month itself is
kept; a thirtieth that a month lacks is kept on its last day."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from lunar_python import Lunar, LunarMonth, Solar

_KEY = re.compile(r"(L?)(\d{2})-(\d{2})")
_QINGMING = "清明"


def lunar_key(day: date) -> str:
    """A day's month and day in the lunar calendar: `08-15`, of a leap month `L06-30`."""
    lunar = Lunar.fromSolar(Solar.fromYmd(day.year, day.month, day.day))
    month = lunar.getMonth()
    return f"{'L' if month < 0 else ''}{abs(month):02d}-{lunar.getDay():02d}"


@lru_cache(maxsize=1024)
def keys_kept_on(day: date) -> frozenset[str]:
    """The lunar birthdays that are kept on a day."""
    lunar = Lunar.fromSolar(Solar.fromYmd(day.year, day.month, day.day))
    year, month, number = lunar.getYear(), lunar.getMonth(), lunar.getDay()
    days = [number, 30] if number == _length(year, month) < 30 else [number]
    marks = ["L"] if month < 0 else [""] if _length(year, -month) else ["", "L"]
    return frozenset(f"{mark}{abs(month):02d}-{one:02d}" for mark in marks for one in days)


def kept_in(key: str, year: int) -> date:
    """The day on which a lunar birthday is kept in a lunar year (which begins in January or February)."""
    said = _KEY.fullmatch(key)
    if said is None:
        raise ValueError(f"{key!r} is no lunar month and day")
    month, number = int(said[2]), int(said[3])
    if said[1] and _length(year, -month):
        month = -month
    return solar(year, month, min(number, _length(year, month)))


def next_kept(key: str, on: date) -> date:
    """The next day from a day on, itself included, on which a lunar birthday is kept."""
    return next(day for year in (on.year - 1, on.year, on.year + 1) if (day := kept_in(key, year)) >= on)


def solar(year: int, month: int, number: int) -> date:
    """A lunar day as a date; a negative month is a leap month, day -1 the last of the month (除夕 is 12, -1)."""
    number = _length(year, month) if number == -1 else number
    found = Lunar.fromYmd(year, month, number).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


@lru_cache(maxsize=64)
def qingming(year: int) -> date:
    """清明 of a year: the solar term, on 4 to 6 April."""
    found = Lunar.fromYmd(year, 1, 1).getJieQiTable()[_QINGMING]
    return date(found.getYear(), found.getMonth(), found.getDay())


@lru_cache(maxsize=4096)
def _length(year: int, month: int) -> int:
    """Days of a lunar month, 29 or 30; 0 for a leap month the year does not have."""
    found = LunarMonth.fromYm(year, month)
    return int(found.getDayCount()) if found is not None else 0
