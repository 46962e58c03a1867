"""The quarter: the bank's reporting period, in Asia/Shanghai."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_FORM = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; `str()` gives the stored form, such as `2026Q3`, which sorts by time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2026Q3`; anything else raises ValueError with a sentence."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a quarter such as 2026Q3.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter a day lies in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return self.shift(1).start - timedelta(days=1)

    def shift(self, quarters: int) -> Quarter:
        """The quarter so many later (or earlier, if negative)."""
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    def last_month(self, day: date) -> date:
        """First day of the month whose average balance stands for this quarter, seen on `day`."""
        return min(self.end, day).replace(day=1)


def quarters_between(first: Quarter, last: Quarter) -> list[Quarter]:
    """All quarters from `first` to `last`, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = first.shift(1)
    return found
