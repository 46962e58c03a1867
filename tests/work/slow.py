"""The clocks once more, slow and obvious: day by day over the raw table, minute by minute; nothing shared."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lib.rulebook import parse_calendar
from lib.rulebook.parse import DATA

DAYS, _version = parse_calendar(DATA / "calendar")
HOLIDAYS = {day.day for day in DAYS if day.kind == "holiday"}
MAKE_UP = {day.day for day in DAYS if day.kind == "workday"}
Wait = tuple[datetime, datetime | None]


def works(day: date) -> bool:
    return day in MAKE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


def shanghai(moment: datetime) -> date:
    """China has one zone, eight hours before UTC."""
    return (moment + timedelta(hours=8)).date()


def slow_days(received: datetime, count: int, working: bool, roll: bool, waits: list[Wait]) -> date | None:
    """Walk day by day and ask the raw table; nothing shared with the clock. None: it stands still."""
    day, left = shanghai(received), count
    while left:
        day += timedelta(days=1)
        waited = [end for start, end in waits if day > shanghai(start) and (end is None or day <= shanghai(end))]
        if None in waited:
            return None
        if waited or (working and not works(day)) or (roll and left == 1 and not works(day)):
            continue
        left -= 1
    return day


def slow_minutes(received: datetime, hours: int, waits: list[Wait]) -> datetime | None:
    """Let the clock tick minute by minute; it does not tick while anybody waits."""
    now, left = received, hours * 60
    while left:
        if any(start <= now and (end is None or now < end) for start, end in waits):
            if any(start <= now and end is None for start, end in waits):
                return None
        else:
            left -= 1
        now += timedelta(minutes=1)
    return now
