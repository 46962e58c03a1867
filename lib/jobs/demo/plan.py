"""How big the demonstration bank is and which days it covers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.rulebook import Calendar, Rulebook
from lib.settings import ROOT, day_start
from lib.store.quarter import Quarter

Array = NDArray[Any]
CHUNK = 2500
FIRST_CUSTOMER = 1_000_001
# A bank of this size or less keeps its whole ledger; a larger one keeps it in full for five quarters.
FULL_LEDGER_CUSTOMERS = 20_000
FULL_LEDGER_QUARTERS = 5


@dataclass(frozen=True)
class Plan:
    """Size, seed and days of the bank."""

    customers: int
    seed: int
    today: date
    quarters: tuple[Quarter, ...]
    book: Rulebook
    calendar: Calendar

    @classmethod
    def of(cls, customers: int, quarters: int, seed: int, today: date, book: Rulebook, calendar: Calendar) -> Plan:
        """A plan whose last quarter is the one `today` lies in."""
        last = Quarter.of(today)
        window = tuple(last.shift(back) for back in range(1 - quarters, 1))
        return cls(customers, seed, today, window, book, calendar)

    @property
    def now(self) -> datetime:
        """The moment at which open matters stand: the start of the business day, whatever the hour of the build."""
        return day_start(self.today)

    @property
    def branches(self) -> int:
        """Eight at five thousand customers, growing with the square root."""
        return max(3, round(8 * (self.customers / 5000) ** 0.5)) if self.customers >= 5000 else self._few_branches

    @property
    def managers(self) -> int:
        """About 83 customers a manager at five thousand, up to 160 in a large bank."""
        load = min(160.0, 83.3 * max(1.0, self.customers / 5000) ** 0.15)
        return max(self.branches, round(self.customers / load))

    @property
    def officers(self) -> int:
        """Complaint officers: one for some hundred complaints a year, four at least."""
        return max(4, self.customers // 4000)

    @property
    def full_from(self) -> int:
        """The first quarter (by place) whose ledger is kept in full."""
        if self.customers <= FULL_LEDGER_CUSTOMERS:
            return 0
        return max(0, len(self.quarters) - FULL_LEDGER_QUARTERS)

    @property
    def starts(self) -> Array:
        """First days of the quarters."""
        return np.array([q.start for q in self.quarters], dtype="datetime64[D]")

    @property
    def ends(self) -> Array:
        """Last days of the quarters, the running one's being yesterday (or its first day)."""
        yesterday = np.datetime64(self.today) - 1
        ends = np.array([q.end for q in self.quarters], dtype="datetime64[D]")
        return np.maximum(np.minimum(ends, yesterday), self.starts)

    @property
    def elapsed(self) -> Array:
        """How much of each quarter lies behind: 1, and less for the running one."""
        whole = np.array([(q.end - q.start).days + 1 for q in self.quarters])
        return ((self.ends - self.starts).astype(int) + 1) / whole

    def random(self, *stream: int) -> np.random.Generator:
        """The generator of one stream, the same for every build of this seed."""
        return np.random.default_rng([self.seed, *stream])

    @property
    def _few_branches(self) -> int:
        return min(8, max(3, self.customers // 150))


@lru_cache(maxsize=4)
def material(name: str) -> dict[str, Any]:
    """One file of data/demo: names, words, bank."""
    return tomllib.loads((ROOT / "data" / "demo" / f"{name}.toml").read_text("utf-8"))


def pick(rng: np.random.Generator, choices: Any, size: int, weights: Any = None) -> Array:
    """`size` draws from a list, as an array of objects; `weights` need not sum to one."""
    share = None if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
    return np.array(choices, dtype=object)[rng.choice(len(choices), size, p=share)]


def days_within(rng: np.random.Generator, first: Array, last: Array) -> Array:
    """A day between two days (both included) for every row."""
    span = np.maximum((last - first).astype("timedelta64[D]").astype(int), 0)
    return first + (rng.random(len(span)) * (span + 1)).astype(int)
