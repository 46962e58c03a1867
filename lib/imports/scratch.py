"""A private file of one import, gone when it ends: lookups and rejected rows, so that memory stays flat."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lib.imports.fields import Field

# What a second value of the same key does to the first, by the mapping's `pick`.
_SETTLE = {
    "only": "DO NOTHING",
    "first": "DO NOTHING",
    "last": "DO UPDATE SET value = excluded.value",
    "min": "DO UPDATE SET value = min(value, excluded.value)",
    "max": "DO UPDATE SET value = max(value, excluded.value)",
}
_AT_ONCE = 900


@dataclass(frozen=True)
class Rejected:
    """A row set aside: its file, the line it begins on, the field at fault if one is, why, and its raw text."""

    file: str
    line: int
    field: str | None
    reason: str
    raw: str


class Scratch:
    """Kept in a temporary SQLite file that the operating system removes."""

    def __init__(self) -> None:
        self._link = sqlite3.connect("", isolation_level=None)
        self._link.execute("PRAGMA journal_mode = OFF")
        self._link.execute("CREATE TABLE lookup (name, key, value, PRIMARY KEY (name, key)) WITHOUT ROWID")
        self._link.execute(
            "CREATE TABLE rejected (file, line, field, reason, raw, PRIMARY KEY (file, line)) WITHOUT ROWID"
        )
        self.rejected_count = 0

    def close(self) -> None:
        """Give the file back."""
        self._link.close()

    def remember(self, name: str, pick: str, pairs: Iterable[tuple[str, str]]) -> str | None:
        """Add key → value pairs to a lookup; with `only`, the first key that has two values is returned."""
        self._link.execute("BEGIN")
        for key, value in pairs:
            if pick == "only" and self.find(name, [key]).get(key, value) != value:
                return key
            self._link.execute(f"INSERT INTO lookup VALUES (?, ?, ?) ON CONFLICT {_SETTLE[pick]}", (name, key, value))
        self._link.execute("COMMIT")
        return None

    def find(self, name: str, keys: Iterable[str]) -> dict[str, str]:
        """The values of those keys that the lookup knows."""
        found: dict[str, str] = {}
        wanted = list(set(keys))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, value FROM lookup WHERE name = ? AND key IN ({marks})"
            found.update(self._link.execute(query, (name, *some)))
        return found

    def looked_up(self, field: Field, raw: list[str | None]) -> list[str | None]:
        """The raw values through the field's lookup, if it has one; a key the lookup lacks gives nothing."""
        if field.lookup is None:
            return raw
        found = self.find(field.lookup, (said for said in raw if said is not None))
        return [None if said is None else found.get(said) for said in raw]

    def reject(self, row: Rejected) -> None:
        """Set a row aside; a line that was set aside before keeps its first reason."""
        done = self._link.execute(
            "INSERT OR IGNORE INTO rejected VALUES (?, ?, ?, ?, ?)",
            (row.file, row.line, row.field, row.reason, _storable(row.raw)),
        )
        self.rejected_count += done.rowcount

    def rejected(self) -> Iterator[Rejected]:
        """All rows set aside, by file and line."""
        for row in self._link.execute("SELECT file, line, field, reason, raw FROM rejected ORDER BY file, line"):
            yield Rejected(*row)


def _storable(raw: str) -> str:
    """Bytes that are no text in the file's encoding, and the zero byte, written out."""
    return raw.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
