"""Birthdays by either calendar: on which of the coming days a customer's is kept."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, literal, or_

from lib.store.functions import month_and_day
from lib.store.models import Customer
from lib.work import lunar

_YEAR = 366


def solar_keys(day: date) -> list[str]:
    """The birthdays kept on a day by the solar calendar; one of 29 February is kept on the 28th in other years."""
    found = [f"{day:%m-%d}"]
    return [*found, "02-29"] if found == ["02-28"] and not isleap(day.year) else found


def falls_on(first: date, ahead: int) -> ColumnElement[date | None]:
    """The first of the days, from `first` to so many days ahead, on which a customer's birthday is kept; else null."""
    return case(*((_kept([day]), literal(day, Date)) for day in _days(first, ahead)))


def kept_within(first: date, ahead: int) -> ColumnElement[bool]:
    """Whether a customer's birthday is kept on one of the days."""
    return _kept(_days(first, ahead))


def next_birthday(born: date, lunar_birthday: str | None, on: date) -> date:
    """The day, from a day on, on which a birthday is next kept."""
    if lunar_birthday:
        return lunar.next_kept(lunar_birthday, on)
    return next(day for day in _days(on, _YEAR) if f"{born:%m-%d}" in solar_keys(day))


def _kept(days: list[date]) -> ColumnElement[bool]:
    c: Any = Customer
    solar = sorted({key for day in days for key in solar_keys(day)})
    moon = sorted({key for day in days for key in lunar.keys_kept_on(day)})
    by_sun = and_(c.lunar_birthday.is_(None), month_and_day(c.birth_date).in_(solar))
    return or_(by_sun, c.lunar_birthday.in_(moon))


def _days(first: date, ahead: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(min(ahead, _YEAR) + 1)]
