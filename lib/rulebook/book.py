"""The rulebook: every rule, KPI and tag of the bank, made once from rows handed to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from lib.rulebook.entries import Entry, Rule, RuleMissing, RuleRow, entry_of, in_force, oldest_first
from lib.rulebook.kpis import Kpi, Tag, kpi_of, tag_of
from lib.words import _


class Rulebook:
    """Answers what is in force on a day; never changes after it is made."""

    def __init__(self, rows: Iterable[RuleRow]) -> None:
        self._rows = tuple(sorted(rows, key=lambda row: row.position))
        self._entries: dict[tuple[str, str], tuple[Entry, ...]] = {}
        for row in self._rows:
            self._entries[row.kind, row.key] = (*self._entries.get((row.kind, row.key), ()), entry_of(row))

    def supposing(self, row: RuleRow) -> Rulebook:
        """The book in which this entry alone speaks for its key, on whatever day: to try it out on what is known."""
        others = [one for one in self._rows if (one.kind, one.key) != (row.kind, row.key)]
        last = others[-1].position + 1 if others else 0
        return Rulebook([*others, replace(row, valid_from=None, position=last)])

    def rows_on(self, on: date) -> list[RuleRow]:
        """Everything in force on a day as rows: another book made of them says on that day what this one says."""
        standing = {(kind, entry.key, entry.digest) for kind in self._kinds for entry in self._all_in_force(kind, on)}
        return [row for row in self._rows if (row.kind, row.key, row.digest) in standing]

    def completed(self, other: Rulebook) -> Rulebook:
        """This book, with the rules that only the other knows, so that what was kept before a rule existed goes on
        working; KPIs, tags and targets are those of this book alone."""
        known = self._entries
        added = [row for row in other._rows if row.kind == "rule" and (row.kind, row.key) not in known]
        return Rulebook([*self._rows, *(row for row in added if not row.key.startswith("target."))])

    def keys(self, kind: str) -> tuple[str, ...]:
        """The keys of a kind (rule | kpi | tag), in the order of the book."""
        return tuple(key for of, key in self._entries if of == kind)

    def history(self, kind: str, key: str) -> tuple[Entry, ...]:
        """Every entry a key ever had, oldest first; of two with one date the later one stands; none: unknown."""
        return oldest_first(self._entries.get((kind, key), ()))

    def find_of(self, kind: str, key: str, on: date) -> Entry | None:
        """The entry of a rule, KPI or tag in force on a day; None before a law's date."""
        try:
            return self._in_force(kind, key, on)
        except RuleMissing:
            return None

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits over everything the book says, for caches and stored results."""
        return hashlib.sha256("".join(row.digest for row in self._rows).encode()).hexdigest()[:12]

    def digest_on(self, on: date) -> str:
        """Twelve hex digits over what is in force on a day; an entry that begins later changes nothing."""
        said = "".join(entry.digest for kind in self._kinds for entry in self._all_in_force(kind, on))
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule with its history, in the order of the shipped files."""
        return tuple(
            Rule(key, entries[-1].title, entries[-1].unit, oldest_first(entries))
            for (kind, key), entries in self._entries.items()
            if kind == "rule"
        )

    def entry(self, key: str, on: date) -> Entry:
        """The rule's entry in force on a day; RuleMissing if there is none (see `in_force`)."""
        return self._in_force("rule", key, on)

    def value(self, key: str, on: date) -> Any:
        """What the rule says on a day, in the rule's unit; RuleMissing if it says nothing."""
        return self.entry(key, on).value

    def find(self, key: str, on: date) -> Entry | None:
        """As `entry`, but None before a law's date: for what simply did not exist then."""
        return self.find_of("rule", key, on)

    def kpi(self, key: str, on: date) -> Kpi:
        """One KPI's definition on a day; RuleMissing if the catalogue has none."""
        return kpi_of(self._in_force("kpi", key, on))

    def kpis(self, on: date) -> tuple[Kpi, ...]:
        """The KPI catalogue on a day, in the catalogue's order; without what a later law brought."""
        return tuple(kpi_of(entry) for entry in self._all_in_force("kpi", on))

    def has_kpi(self, key: str) -> bool:
        """Whether the catalogue knows a KPI at all, on whatever day."""
        return ("kpi", key) in self._entries

    def target(self, kpi: str, on: date) -> Entry | None:
        """A KPI's target on a day in the KPI's unit (shares 0–1, money in minor units), if it has one."""
        return self.find(f"target.{kpi}", on) if ("rule", f"target.{kpi}") in self._entries else None

    def tags(self, on: date) -> tuple[Tag, ...]:
        """The tags by rule on a day, in their order."""
        return tuple(tag_of(entry) for entry in self._all_in_force("tag", on))

    @property
    def _kinds(self) -> list[str]:
        return sorted({kind for kind, _key in self._entries})

    def _all_in_force(self, kind: str, on: date) -> Iterator[Entry]:
        for of, key in self._entries:
            if of == kind:
                with suppress(RuleMissing):
                    yield self._in_force(kind, key, on)

    def _in_force(self, kind: str, key: str, on: date) -> Entry:
        entries = self._entries.get((kind, key))
        if entries is None:
            raise RuleMissing(_("口径库里没有“{key}”。").format(key=key))
        return in_force(entries, on)
