"""The period of a card: a quarter (2026Q3) or a year (2026)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lib.store.quarter import Quarter
from lib.words import _, quarter_name

_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Period:
    """A quarter, or the four of a year; `str()` gives the stored form."""

    name: str
    quarters: tuple[Quarter, ...]

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026Q3` or `2026`; anything else raises ValueError with a sentence."""
        if _YEAR.fullmatch(text):
            return cls(text, tuple(Quarter(int(text), number) for number in (1, 2, 3, 4)))
        try:
            return cls(text, (Quarter.parse(text),))
        except ValueError as wrong:
            raise ValueError(_("“{text}”不是季度或年度：写作 2026Q3 或 2026。").format(text=text)) from wrong

    def __str__(self) -> str:
        return self.name

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return len(self.quarters) > 1

    @property
    def end(self) -> date:
        """Its last day."""
        return self.quarters[-1].end

    @property
    def title(self) -> str:
        """What a person calls it."""
        return _("{year} 年度").format(year=self.name) if self.is_year else quarter_name(self.name)
