"""When a customer's information is to be verified again (办法 §三.2)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from lib.rulebook import Rulebook
from lib.work.months import months_later


def refresh_due(kind: str, verified_on: date, book: Rulebook, on: date) -> date:
    """The day by which information last verified on `verified_on` is to be verified again, by rule `refresh.months`.

    RuleMissing without the rule.
    """
    return months_later(verified_on, book.value("refresh.months", on)[kind])


def refresh_limit(kind: str, book: Rulebook, on: date) -> date:
    """The first day on which information verified then is not overdue yet; what was verified before it is."""
    months: int = book.value("refresh.months", on)[kind]
    index = on.year * 12 + on.month - 1 - months
    year, month = index // 12, index % 12 + 1
    if on.day > monthrange(year, month)[1]:  # every day of the shorter month is due before this one
        return date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, on.day)
