"""SQL functions that the engines spell differently, compiled for each; and integer money arithmetic."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, String, case, cast, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from lib.store.base import UtcDateTime


class days_between(FunctionElement[int]):
    """Whole days from the first date to the second."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    return f"(CAST({last} AS DATE) - CAST({first} AS DATE))"


class bank_days_between(FunctionElement[int]):
    """Calendar days of Asia/Shanghai (UTC+8, no summer time since 1992) from the first stored moment to the second."""

    type = Integer()
    inherit_cache = True


@compiles(bank_days_between, "sqlite")
def _bank_days_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(julianday(date({last}, '+8 hours')) - julianday(date({first}, '+8 hours')) AS INTEGER)"


@compiles(bank_days_between, "postgresql")
def _bank_days_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    shift = "INTERVAL '8 hours'"
    return f"(CAST({last} + {shift} AS DATE) - CAST({first} + {shift} AS DATE))"


class bank_week(FunctionElement[str]):
    """The Monday (YYYY-MM-DD) of the week of Asia/Shanghai a stored moment lies in."""

    type = String()
    inherit_cache = True


@compiles(bank_week, "sqlite")
def _bank_week_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours', 'weekday 0', '-6 days')"


@compiles(bank_week, "postgresql")
def _bank_week_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    return f"to_char(date_trunc('week', {moment} + INTERVAL '8 hours'), 'YYYY-MM-DD')"


class greatest(FunctionElement[Any]):
    """The greater of two values (neither null)."""

    inherit_cache = True
    name = "greatest"

    def __init__(self, first: Any, second: Any) -> None:
        super().__init__(first, second)
        self.type = next(iter(self.clauses)).type


class least(greatest):
    """The lesser of two values (neither null)."""

    inherit_cache = True
    name = "least"


@compiles(greatest, "sqlite")
def _greatest_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(least, "sqlite")
def _least_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"min({compiler.process(element.clauses, **kw)})"


@compiles(greatest, "postgresql")
def _greatest_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


@compiles(least, "postgresql")
def _least_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"least({compiler.process(element.clauses, **kw)})"


class years_between(FunctionElement[int]):
    """Completed years from the first date to the second."""

    type = Integer()
    inherit_cache = True


@compiles(years_between, "sqlite")
def _years_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    return (
        f"(CAST(strftime('%Y', {last}) AS INTEGER) - CAST(strftime('%Y', {first}) AS INTEGER)"
        f" - (strftime('%m-%d', {last}) < strftime('%m-%d', {first})))"
    )


@compiles(years_between, "postgresql")
def _years_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(EXTRACT(YEAR FROM age(CAST({last} AS DATE), CAST({first} AS DATE))) AS INTEGER)"


class month_and_day(FunctionElement[str]):
    """The month and day of a date as 02-29, whatever its year."""

    type = String()
    inherit_cache = True


@compiles(month_and_day, "sqlite")
def _month_and_day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    (day,) = (compiler.process(part, **kw) for part in element.clauses)
    return f"substr({day}, 6, 5)"


@compiles(month_and_day, "postgresql")
def _month_and_day_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    (day,) = (compiler.process(part, **kw) for part in element.clauses)
    return f"to_char({day}, 'MM-DD')"


class months_after(FunctionElement[date]):
    """The day some months after a date; where the month is too short it is its last day."""

    type = Date()
    inherit_cache = True


@compiles(months_after, "sqlite")
def _months_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, months = (compiler.process(part, **kw) for part in element.clauses)
    # the first runs over into the next month, the second is the last day of the month meant
    over, last = f"{months} || ' months'", f"({months} + 1) || ' months', '-1 day'"
    return f"min(date({day}, {over}), date({day}, 'start of month', {last}))"


@compiles(months_after, "postgresql")
def _months_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day, months = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(CAST({day} AS DATE) + {months} * INTERVAL '1 month' AS DATE)"


class days_after(FunctionElement[date]):
    """The day some days after a date."""

    type = Date()
    inherit_cache = True


@compiles(days_after, "sqlite")
def _days_after_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(part, **kw) for part in element.clauses)
    return f"date({day}, ({days}) || ' days')"


@compiles(days_after, "postgresql")
def _days_after_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(part, **kw) for part in element.clauses)
    return f"(CAST({day} AS DATE) + CAST({days} AS INTEGER))"


class bank_date(FunctionElement[date]):
    """The day of Asia/Shanghai a stored moment lies in."""

    type = Date()
    inherit_cache = True


@compiles(bank_date, "sqlite")
def _bank_date_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours')"


@compiles(bank_date, "postgresql")
def _bank_date_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} + INTERVAL '8 hours' AS DATE)"


class bank_midnight(FunctionElement[datetime]):
    """The first moment of a bank day; China has kept UTC+8 since 1991, earlier summers are an hour off."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(bank_midnight, "sqlite")
def _midnight_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"strftime('%Y-%m-%d 16:00:00.000000', {compiler.process(element.clauses, **kw)}, '-1 day')"


@compiles(bank_midnight, "postgresql")
def _midnight_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **kw)} AS TIMESTAMP) - INTERVAL '8 hours')"


class minutes_between(FunctionElement[int]):
    """Minutes from the first stored moment to the second, a begun one counted: 900 seconds are 15, 901 are 16."""

    type = Integer()
    inherit_cache = True


@compiles(minutes_between, "sqlite")
def _minutes_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    return f"((CAST(strftime('%s', {last}) AS INTEGER) - CAST(strftime('%s', {first}) AS INTEGER) + 59) / 60)"


@compiles(minutes_between, "postgresql")
def _minutes_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    seconds = f"FLOOR(EXTRACT(EPOCH FROM {last})) - FLOOR(EXTRACT(EPOCH FROM {first}))"
    return f"CAST((CAST({seconds} AS BIGINT) + 59) / 60 AS INTEGER)"


def to_base(fen: Any, micro: ColumnElement[int]) -> ColumnElement[int]:
    """Minor units in the base currency at `micro` millionths; split, so that large amounts do not overflow."""
    million = literal(1_000_000, BigInteger)
    return cast(fen // million * micro + (fen % million) * micro // million, BigInteger)


def as_flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where the condition holds, else 0."""
    return case((condition, 1), else_=0)
