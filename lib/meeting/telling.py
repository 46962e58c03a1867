"""How the meeting's numbers are told: the same words on the page, on a slide and in a workbook."""

from __future__ import annotations

from datetime import date, datetime

from lib import words
from lib.meeting.parts import Column, Value
from lib.words import NOTHING, integer, number, percent


def tell(value: Value, column: Column, currency: str) -> str:
    """A cell as a person reads it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return told_day(value) if column.kind == "day" else value
    if column.kind == "money":
        return words.money(round(value), currency)
    text = _figure(value, column)
    return _with_unit(f"+{text}" if column.signed and value > 0 else text, column.unit)


def told_day(text: str) -> str:
    """A day as stored, as it is read; anything else as it stands."""
    try:
        return words.day(date.fromisoformat(text))
    except ValueError:
        return text


def told_moment(text: str) -> str:
    """A moment as stored, as it is read; anything else as it stands."""
    try:
        return words.moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _figure(value: float, column: Column) -> str:
    if column.kind == "share":
        return percent(value, column.digits)
    if column.kind == "integer":
        return integer(round(value))
    return number(value, column.digits) if column.kind == "number" else str(value)


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text
