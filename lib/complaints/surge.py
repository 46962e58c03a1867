"""Surges: more complaints this week so far than chance explains, against the same part of the weeks before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lib.complaints.rates import adjusted, more
from lib.settings import bank_day, day_start
from lib.store.received import Received, first_received, received
from lib.store.session import StoreSession
from lib.words import _, integer, number

KIND = "complaint"
_WEEK = timedelta(days=7)
_SMALLEST = 0.0001


@dataclass(frozen=True)
class Surge:
    """One comparison: `count` this week so far, `expected` by the same part of the weeks before, and its chance.

    `by` is all | business | branch, `key` the code or the branch's id. `p`: the probability of at least so many at an
    unchanged rate; `q`: the share of false alarms among all that are as striking.
    """

    by: str
    key: str
    count: int
    expected: float
    p: float
    q: float

    def sentence(self, what: str) -> str:
        """The finding with its figures; `what` names the business or branch."""
        said = _("{what}：本周 {n} 件，以往同期平均 {mean} 件；偶然达到此数的概率 {p}")
        p = f"< {_SMALLEST}" if self.p < _SMALLEST else number(self.p, 4)
        return said.format(what=what, n=integer(self.count), mean=number(self.expected, 1), p=p)


def surges(session: StoreSession, now: datetime, rule: Mapping[str, float], by: Sequence[str]) -> list[Surge]:
    """The surges among all complaints and `by` business and branch, the least likely first.

    rule complaint.surge: `weeks` to compare with, the `level` that q must reach, and the count it takes `at_least`.
    """
    weeks = min(int(rule["weeks"]), _weeks_known(session, now))
    if weeks < 1:
        return []
    found = [one for dimension in by for one in _counted(session, dimension, _windows(now, weeks))]
    ps = [more(row.this, row.before, 1 / (weeks + 1)) for _by, row in found]
    compared = [
        Surge(of, row.key, row.this, row.before / weeks, p, q)
        for (of, row), p, q in zip(found, ps, adjusted(ps), strict=True)
    ]
    striking = [one for one in compared if one.q <= rule["level"] and one.count >= rule["at_least"]]
    return sorted(striking, key=lambda one: (one.p, one.by, one.key))


def week_began(now: datetime) -> datetime:
    """The first moment of the week of Asia/Shanghai."""
    day = bank_day(now)
    return day_start(day - timedelta(days=day.weekday()))


def _windows(now: datetime, weeks: int) -> list[tuple[datetime, datetime]]:
    """This week so far, and the same part of each week before it."""
    return [(week_began(now) - back * _WEEK, now - back * _WEEK) for back in range(weeks + 1)]


def _counted(
    session: StoreSession, by: str, windows: Sequence[tuple[datetime, datetime]]
) -> list[tuple[str, Received]]:
    rows = received(session, KIND, by, windows)
    if by != "business":  # every complaint has a business: their sum is the whole
        return [(by, row) for row in rows]
    whole = Received("", sum(row.this for row in rows), sum(row.before for row in rows))
    return [("all", whole), *((by, row) for row in rows)]


def _weeks_known(session: StoreSession, now: datetime) -> int:
    """Whole weeks before this one since complaints are kept: a week without records is no quiet week."""
    first = first_received(session, KIND)
    return (week_began(now) - first) // _WEEK if first is not None else 0
