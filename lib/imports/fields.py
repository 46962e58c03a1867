"""One field of a mapping: how its value is made from the columns of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lib.imports.values import JOIN, Convert, Unreadable

_PLACE = re.compile(r"\{([^{}]+)\}")
Column = Sequence[str | None]  # one column of a chunk, null tokens already None


@dataclass(frozen=True)
class Field:
    """A value made from columns, a constant or a text with {columns}; then looked up, converted, resolved.

    `default` stands where nothing is given, `missing` for an empty column inside a text. `gives` is the kind of
    value the conversion makes; `refers` names the entity whose key the value is.
    """

    name: str
    columns: tuple[str, ...]
    constant: str | None
    text: str | None
    lookup: str | None
    convert: Convert
    gives: str
    refers: str | None
    default: Any
    missing: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it is made from."""
        return self.columns if self.text is None else tuple(_PLACE.findall(self.text))

    def raw(self, columns: Mapping[str, Column], rows: int) -> list[str | None]:
        """Its text per row of a chunk before looking up and converting; None where nothing is given."""
        if self.text is not None:
            return self._filled(self.text, columns, rows)
        if not self.columns:
            return [self.constant] * rows
        if len(self.columns) == 1:
            return list(columns[self.columns[0]])
        parts = zip(*(columns[name] for name in self.columns), strict=True)
        return [JOIN.join(part or "" for part in row) if any(row) else None for row in parts]

    def values(self, raw: Sequence[str | None]) -> tuple[list[Any], dict[int, str]]:
        """Typed values, and by row the reason why one could not be read. Equal texts are converted once."""
        known: dict[str | None, Any] = {None: self.default}
        unread: dict[str | None, str] = {}
        for said in set(raw) - {None}:
            try:
                known[said] = self.convert(said)  # type: ignore[arg-type]
            except Unreadable as error:
                known[said], unread[said] = None, str(error)
        bad = {row: unread[said] for row, said in enumerate(raw) if said in unread} if unread else {}
        return [known[said] for said in raw], bad

    def _filled(self, text: str, columns: Mapping[str, Column], rows: int) -> list[str | None]:
        names = self.reads
        if not names:
            return [text] * rows
        pattern = _PLACE.sub("{}", text.replace("{}", ""))
        parts = zip(*(columns[name] for name in names), strict=True)
        return [pattern.format(*(part or self.missing for part in row)).strip() if any(row) else None for row in parts]
