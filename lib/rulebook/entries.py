"""Dated entries of a rule and the choice of the one in force on a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.words import _, day

BASES = ("stated", "law", "assumed")
KINDS = ("rule", "kpi", "tag")


class RuleMissing(LookupError):
    """No entry is in force on that day; the message is a sentence for a person."""


@dataclass(frozen=True)
class RuleRow:
    """One dated entry as the store keeps it.

    `valid_from` None means always. `value` is JSON: a rule's is `{"unit": …, "value": …}`, that of a KPI
    or tag is its definition. `position` keeps the order of the shipped files.
    """

    kind: str
    key: str
    valid_from: date | None
    basis: str
    source: str
    title: str
    value: dict[str, Any]
    position: int

    @property
    def digest(self) -> str:
        """Twelve hex digits over what the entry says: two entries that say the same share it."""
        since = self.valid_from.isoformat() if self.valid_from else "always"
        said = [self.kind, self.key, since, self.basis, self.source, self.title, self.value]
        text = json.dumps(said, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Entry:
    """What a rule says from one date on, on which basis (stated | law | assumed) and by which source.

    `examples` are the worked examples that were agreed on together with it (see `lib.rulebook.examples`); None
    where it came with the product, whose examples stand beside it in the shipped file.
    """

    key: str
    title: str
    unit: str
    valid_from: date | None
    basis: str
    source: str
    value: Any
    digest: str
    examples: Any = None

    @property
    def version(self) -> str:
        """Names this entry for good in every stored result: key, date, content."""
        since = self.valid_from.isoformat() if self.valid_from else "always"
        return f"{self.key}@{since}#{self.digest}"


@dataclass(frozen=True)
class Rule:
    """A rule with all its entries, oldest first."""

    key: str
    title: str
    unit: str
    entries: tuple[Entry, ...]


def entry_of(row: RuleRow) -> Entry:
    """The entry a stored row holds."""
    said = {part: value for part, value in row.value.items() if part != "examples"}
    unit, value = said.get("unit", ""), said["value"] if row.kind == "rule" else said
    examples = row.value.get("examples")
    return Entry(row.key, row.title, unit, row.valid_from, row.basis, row.source, value, row.digest, examples)


def oldest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By date, the entry without one first; of two with one date the later handed over stays last."""
    return tuple(sorted(entries, key=lambda entry: entry.valid_from or date.min))


def in_force(entries: Iterable[Entry], on: date) -> Entry:
    """The entry that judges a fact of the day `on`.

    What the bank states or assumes reaches back without limit; a law reaches back to its own date only, and
    before it RuleMissing is raised, as for a rule without entries. There is no default.
    """
    ordered = oldest_first(entries)
    if not ordered:
        raise RuleMissing(_("没有这条规则的任何条目。"))
    begun = [entry for entry in ordered if entry.valid_from is None or entry.valid_from <= on]
    if begun:
        return begun[-1]
    earliest = ordered[0]
    if earliest.basis == "law":
        sentence = _("规则“{key}”自 {since} 起施行，{on} 尚无可用条目。")
        raise RuleMissing(sentence.format(key=earliest.key, since=day(earliest.valid_from), on=day(on)))
    return earliest
