"""A rulebook file the bank hands in, beside the book in force: rule by rule what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.rulebook import Example, Rulebook, RuleFileError, RuleRow, parse_text
from lib.rulebook.difference import Difference, differences
from lib.rulebook.entries import Entry, entry_of
from lib.rulebook.examples import as_data, examples_of
from lib.words import NOTHING, _, day, name, translate
from lib.work.rule_change import Proposal, newest, plain_source, problems, same

#: a rulebook is some hundred kilobytes: far beyond this the file is another one
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Change:
    """One key that a file says otherwise than the book: what it asks for, what differs, what speaks against it."""

    proposal: Proposal
    differences: tuple[Difference, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """A file beside the book: its changes, how many keys say the same, and past entries it says otherwise."""

    changes: tuple[Change, ...]
    same: int
    past: tuple[str, ...]


def read_file(content: bytes, file_name: str, book: Rulebook, on: date) -> Compared:
    """Compare a TOML file in the form of data/rules with the book; RuleFileError for whatever is no such file.

    A key's newest entry counts; one dated before today is asked for from today on, since entries are never edited.
    Keys the file does not name stay as they are.
    """
    if len(content) > MOST_BYTES:
        raise RuleFileError(_("文件太大：口径文件不会超过 1 MB。"))
    try:
        rows, examples = parse_text(content.decode("utf-8-sig"), file_name)
    except UnicodeDecodeError as error:
        raise RuleFileError(_("文件须是 UTF-8 编码的 TOML。")) from error
    if not rows:
        raise RuleFileError(_("文件里没有任何口径。"))
    keys = dict.fromkeys((row.kind, row.key) for row in rows)
    found = [_one(kind, key, rows, examples, book, on) for kind, key in keys]
    changes = tuple(change for change in found if change is not None)
    return Compared(changes, len(found) - len(changes), tuple(_past(rows, book)))


def differences_of(proposal: Proposal, former: Entry | None) -> tuple[Difference, ...]:
    """Everything a proposal says otherwise than the newest entry, in words: what it says, and on which grounds."""
    was = former.value if former is not None else None
    found = differences(proposal.kind, proposal.key, proposal.unit, was, proposal.value)
    old = _grounds(former.title, former.basis, former.source) if former is not None else {}
    new = _grounds(proposal.title, proposal.basis, proposal.source)
    found += [Difference(what, old.get(what, NOTHING), said) for what, said in new.items() if old.get(what) != said]
    return tuple(found)


def _grounds(title: str, basis: str, source: str) -> dict[str, str]:
    return {name("rule_field", "title"): translate(title), name("rule_field", "basis"): name("basis", basis),
            name("rule_field", "source"): translate(plain_source(source))}  # fmt: skip


def _one(
    kind: str, key: str, rows: Sequence[RuleRow], examples: Sequence[Example], book: Rulebook, on: date
) -> Change | None:
    """What the newest entry of a key in the file would change; None where nothing, or only what was before."""
    mine = [row for row in rows if (row.kind, row.key) == (kind, key)]
    row = max(mine, key=lambda one: one.valid_from or date.min)
    former = newest(book, kind, key)
    said = tuple(one for one in examples if (one.kind, one.key) == (kind, key))
    proposal = _proposal(row, former, said or examples_of(kind, key, former), on)
    shown = as_data(said) if said else None
    kept = as_data(examples_of(kind, key, former))
    if former is not None and same(proposal, former):
        if shown is None or shown == kept:
            return None
        return Change(proposal, (), (_("只有算例不同：算例随口径一起修改。"),))
    return Change(proposal, differences_of(proposal, former), tuple(problems(proposal, book, on)))


def _proposal(row: RuleRow, former: Entry | None, examples: Sequence[Example], on: date) -> Proposal:
    entry = entry_of(row)
    since = max(row.valid_from or on, on)
    if former is not None and former.valid_from is not None:
        since = max(since, former.valid_from)
    value: Any = entry.value
    base = former.version if former is not None else ""
    return Proposal(
        row.kind, row.key, row.title, entry.unit, since, row.basis, row.source, value, tuple(examples), base
    )


def _past(rows: Sequence[RuleRow], book: Rulebook) -> list[str]:
    """Entries before the newest that the file says otherwise: those cannot be changed any more."""
    found = []
    for row in rows:
        history = book.history(row.kind, row.key)
        stands = {one.valid_from: one for one in history}.get(row.valid_from)
        if stands is not None and stands is not history[-1] and stands.value != entry_of(row).value:
            since = day(row.valid_from) if row.valid_from else _("一直")
            said = _("“{title}”自 {since} 的旧条目与文件不同：旧条目不能修改，未采用。")
            found.append(said.format(title=translate(row.title), since=since))
    return found
