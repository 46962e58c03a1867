"""Due items of the past by column, and the ways each may have ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from lib.jobs.demo.plan import Array
from lib.jobs.demo.service import office_hours
from lib.jobs.demo.talks import Talks

NOBODY = -1
_LISTED = 14  # days before it is due an item came to be


@dataclass
class Planned:
    """One row an item: `due` the original day and `on` that of now; `day` and `sub` name it within its kind.

    `ended` and `created` are moments in UTC; `by` and `contact` NOBODY where there is none.
    """

    kind: Array
    who: Array
    due: Array
    on: Array
    day: Array
    sub: Array
    key: Array
    state: Array
    ended: Array
    by: Array
    outcome: Array
    attempts: Array
    contact: Array
    about_on: Array
    about: Array
    product: Array
    value: Array
    title: Array
    by_rule: Array
    created: Array

    def some(self, where: Array) -> Planned:
        """The rows chosen."""
        return Planned(*(getattr(self, one.name)[where] for one in fields(self)))

    def __len__(self) -> int:
        return len(self.who)


def group(kind: str, who: Array, due: Array) -> Planned:
    """Open items of a kind, made by rule, due on these days."""
    size, due = len(who), due.astype("datetime64[D]")
    nothing = np.full(size, None, dtype=object)
    zero = np.zeros(size, dtype=np.int64)
    return Planned(
        kind=np.full(size, kind, dtype=object), who=who, due=due, on=due.copy(), day=due.copy(), sub=zero.copy(),
        key=np.datetime_as_string(due).astype(object), state=np.full(size, "open", dtype=object), ended=no_time(size),
        by=np.full(size, NOBODY), outcome=nothing.copy(), attempts=zero.copy(), contact=np.full(size, NOBODY),
        about_on=np.full(size, np.datetime64("NaT", "D")), about=nothing.copy(), product=np.full(size, NOBODY),
        value=np.full(size, NOBODY), title=nothing.copy(), by_rule=np.ones(size, dtype=bool),
        created=(due - _LISTED).astype("datetime64[s]"),
    )  # fmt: skip


def joined(parts: Sequence[Planned]) -> Planned:
    """Several groups as one."""
    return Planned(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Planned)))


def no_time(size: int) -> Array:
    """Moments that have not come."""
    return np.full(size, np.datetime64("NaT", "s"))


def done_by(of: Planned, contacts: Array, at: Array, staff: Array, where: Array) -> None:
    """Done by a conversation, one for each row; where it took place."""
    of.state[where], of.outcome[where] = "done", "已联系上"
    of.ended[where], of.by[where], of.contact[where] = at[where], staff[where], contacts[where]


def by_message(of: Planned, where: Array, day: Array, staff: Array, outcome: str, rng: np.random.Generator) -> None:
    """Done by a message, on these days."""
    at = office_hours(day, rng)
    of.state[where], of.outcome[where] = "done", outcome
    of.ended[where], of.by[where] = at[where], staff[where]


def ended_on(of: Planned, where: Array, day: Array, staff: Array, why: Array, rng: np.random.Generator) -> None:
    """Dropped by the manager, on these days and for these reasons."""
    at = office_hours(day, rng)
    of.state[where], of.outcome[where] = "dropped", why[where]
    of.ended[where], of.by[where] = at[where], staff[where]


def missed(of: Planned, where: Array, day: Array) -> None:
    """Dropped by a refresh, its day being over."""
    at = day.astype("datetime64[s]")
    of.state[where], of.outcome[where], of.ended[where] = "dropped", "missed", at[where]


def first_talk(talks: Talks, who: Array, first: Array, last: Array) -> Array:
    """For each row the place of the first conversation with that customer between two days, both included; -1: none."""
    if not len(talks.who):
        return np.full(len(who), NOBODY)
    names = _name(talks.who, talks.day)
    order = np.argsort(names, kind="stable")
    at = np.searchsorted(names[order], _name(who, first.astype("datetime64[D]")))
    place = order[np.minimum(at, len(order) - 1)]
    fits = (at < len(order)) & (talks.who[place] == who) & (talks.day[place] <= last)
    return np.where(fits, place, NOBODY)


def _name(who: Array, day: Array) -> Array:
    return who.astype(np.int64) * 10**6 + day.astype("datetime64[D]").astype(np.int64)


def numbers(values: Array) -> list[Any]:
    """Ids, with none where there is nobody."""
    return [None if value == NOBODY else int(value) for value in values.tolist()]
