"""What an identity number says of its bearer; the numbers themselves are `lib.work.identity`'s."""

from __future__ import annotations

from datetime import date
from typing import Any

from lib.rulebook import Rulebook
from lib.store.suitability import age_on


def gender(number: str) -> str:
    """M or F, from the 17th digit of a resident's number: odd is male."""
    return "M" if int(number[16]) % 2 else "F"


def age_band(born: date | None, on: date, book: Rulebook) -> str:
    """The code of the age band of the rule in force, `unknown` without a birth date (办法 §二)."""
    if born is None:
        return "unknown"
    bands: list[dict[str, Any]] = book.value("customer.age_bands", on)
    age = age_on(born, on)
    return next(band["code"] for band in bands if "below" not in band or age < band["below"])
