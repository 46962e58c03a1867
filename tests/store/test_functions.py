"""The engines' own functions agree with Python, at every edge of the calendar and at large amounts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, Connection, Date, Integer, literal, null, select

from lib.settings import BANK_ZONE
from lib.store.base import UtcDateTime
from lib.store.engine import engine
from lib.store.functions import (
    as_flag,
    bank_week,
    days_between,
    greatest,
    least,
    month_and_day,
    months_after,
    to_base,
    years_between,
)

DAYS = [date(1952, 2, 29), date(1999, 12, 31), date(2000, 1, 1), date(2000, 2, 29), date(2001, 2, 28), date(2001, 3, 1),
        date(2024, 2, 29), date(2026, 2, 28), date(2026, 11, 22), date(2027, 1, 1)]  # fmt: skip
AMOUNTS = [0, 1, -1, 99, 999_999, 1_000_000, -1_000_001, 123_456_789_012, -98_765_432_109_876, 9_000_000_000_000_000]
RATES = [1, 999_999, 1_000_000, 1_000_001, 7_234_567, 142_857, 900_000_000]


@pytest.fixture
def link(database_url: str, entered: Any) -> Iterator[Connection]:
    entered(database_url)
    with engine().connect() as connection:
        yield connection


def answers(link: Connection, expressions: list[Any]) -> list[Any]:
    return [value for part in range(0, len(expressions), 50) for value in link.execute(select(
        *(e.label(f"c{i}") for i, e in enumerate(expressions[part : part + 50]))
    )).one()]  # fmt: skip


def whole_years(first: date, last: date) -> int:
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def truncated(amount: int, rate: int) -> int:
    return abs(amount) * rate // 1_000_000 * (1 if amount >= 0 else -1)


def test_month_and_day(link: Connection) -> None:
    assert answers(link, [month_and_day(literal(day, Date)) for day in DAYS]) == [f"{day:%m-%d}" for day in DAYS]


def test_days_between(link: Connection) -> None:
    pairs = [(a, b) for a in DAYS for b in DAYS]
    asked = [days_between(literal(a, Date), literal(b, Date)) for a, b in pairs]
    assert answers(link, asked) == [(b - a).days for a, b in pairs]


def test_years_between(link: Connection) -> None:
    pairs = [(a, b) for a in DAYS for b in DAYS if a <= b]
    asked = [years_between(literal(a, Date), literal(b, Date)) for a, b in pairs]
    assert answers(link, asked) == [whole_years(a, b) for a, b in pairs]


def test_months_after_ends_with_a_short_month(link: Connection) -> None:
    days = [*DAYS, date(2026, 8, 31), date(2027, 8, 31), date(2026, 11, 30), date(2026, 12, 31), date(2026, 1, 29)]
    pairs = [(day, months) for day in days for months in (1, 3, 6, 12)]
    asked = [months_after(literal(day, Date), literal(months)) for day, months in pairs]
    assert answers(link, asked) == [later(day, months) for day, months in pairs]


def later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def test_greatest_and_least(link: Connection) -> None:
    pairs = [(a, b) for a in AMOUNTS for b in AMOUNTS]
    literals = [(literal(a, BigInteger), literal(b, BigInteger)) for a, b in pairs]
    assert answers(link, [greatest(a, b) for a, b in literals]) == [max(pair) for pair in pairs]
    assert answers(link, [least(a, b) for a, b in literals]) == [min(pair) for pair in pairs]


def test_amounts_in_the_base_currency(link: Connection) -> None:
    """Exact where a product of amount and rate would no longer fit 64 bits; towards zero like the engines divide."""
    pairs = [(a, r) for a in AMOUNTS for r in RATES if abs(a) * r // 1_000_000 < 2**63]
    assert any(abs(a) * r > 2**63 for a, r in pairs)
    asked = [to_base(literal(a, BigInteger), literal(r, BigInteger)) for a, r in pairs]
    found = answers(link, asked)
    assert found == [truncated(a, r) for a, r in pairs]
    assert all(isinstance(value, int) for value in found), "SQLite must not fall back to floating point"


def test_weeks_begin_on_monday_in_shanghai(link: Connection) -> None:
    """Around midnight of Shanghai (16:00 UTC) of every day of two weeks, and where the year ends inside a week."""
    first = [datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 12, 25, tzinfo=UTC), datetime(2024, 12, 27, tzinfo=UTC)]
    edges = [timedelta(hours=15, minutes=59), timedelta(hours=16)]
    moments = [day + timedelta(days=n) + edge for day in first for n in range(14) for edge in edges]
    local = [moment.astimezone(BANK_ZONE).date() for moment in moments]
    asked = [bank_week(literal(moment, UtcDateTime)) for moment in moments]
    assert answers(link, asked) == [(day - timedelta(days=day.weekday())).isoformat() for day in local]


def test_flags(link: Connection) -> None:
    one, none = literal(1, Integer), null()
    assert answers(link, [as_flag(one == 1), as_flag(one == 2), as_flag(none == 1)]) == [1, 0, 0]
