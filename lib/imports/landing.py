"""Takes a chunk of a file to one table: keys, values, references, checks, and then the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from lib.imports import keys
from lib.imports.mapping import Source, Table
from lib.imports.reader import Chunk
from lib.imports.rows import Builder, Row, sealed
from lib.imports.scratch import Rejected, Scratch
from lib.imports.sound import CHECKS
from lib.imports.validate import failures
from lib.store.base import Base
from lib.store.bulk import BulkSession
from lib.store.load import load
from lib.store.models import ImportKey
from lib.store.search import case_text
from lib.words import _

_KEY_LENGTH = 80


@dataclass
class Tally:
    """What became of a table's rows: landed now, or known from an earlier batch and left as they were."""

    landed: int = 0
    known: int = 0


class Landing:
    """Lands chunks within one batch's transaction."""

    def __init__(self, session: BulkSession, source: Source, batch_id: int, scratch: Scratch, builder: Builder) -> None:
        self._session, self._source, self._batch = session, source, batch_id
        self._scratch, self._builder, self._book = scratch, builder, builder.book

    def land(self, table: Table, chunk: Chunk, tally: Tally) -> None:
        """Land one chunk's rows in one table; rows that do not hold are set aside in the scratch file."""
        draft = _Draft(table, chunk)
        self._name(draft, tally)
        self._fill(draft)
        self._resolve(draft)
        self._check_unique(draft)
        self._check_rows(draft)
        self._insert(draft)
        tally.landed += len(draft.rows)
        for place, (field, reason) in draft.bad.items():
            line, raw = chunk.lines[place], chunk.raws[place]
            self._scratch.reject(Rejected(chunk.file, line, field, reason, raw))

    def _name(self, draft: _Draft, tally: Tally) -> None:
        """Give every row its key; drop those that landed before and those whose key stands twice."""
        draft.name_rows()
        known = keys.find(self._session, self._source.key, draft.table.entity, draft.keys.values())
        field = draft.table.key[0]
        seen: set[str] = set()
        for place, key in list(draft.keys.items()):
            if key in seen or (key in known and known[key].batch_id == self._batch):
                draft.drop(place, field, _("键“{key}”在本批中重复").format(key=key))
            elif key in known:
                tally.known += 1
                del draft.keys[place]
            seen.add(key)

    def _fill(self, draft: _Draft) -> None:
        """Values of every field, read, looked up, converted and checked by column."""
        places = list(draft.keys)
        columns = {name: draft.frame[name].iloc[places].tolist() for name in draft.reads}
        typed: dict[str, list[Any]] = {}
        for field in draft.table.fields:
            raw = self._scratch.looked_up(field, field.raw(columns, len(places)))
            typed[field.name], bad = field.values(raw)
            for index, reason in bad.items():
                draft.drop(places[index], field.name, reason)
        frame = pd.DataFrame(typed, dtype=object, index=pd.Index(places))
        for place, (name, reason) in failures(draft.table, frame[frame.index.isin(list(draft.keys))]).items():
            draft.drop(place, name, reason)
        draft.take(places, typed)

    def _resolve(self, draft: _Draft) -> None:
        """Replace the keys of other rows by those rows; a row without its customer cannot stand."""
        target = draft.table.target
        for field in draft.table.fields:
            if field.refers is None:
                continue
            reference = target.references[field.name]
            named = {place: row.pop(field.name) for place, row in draft.rows.items()}
            wanted = (key for key in named.values() if key is not None)
            found = keys.find(self._session, self._source.key, field.refers, wanted)
            for place, key in named.items():
                row, landed = draft.rows[place], found.get(key)
                if landed is None and (key is not None or field.name in target.required):
                    reason = _("找不到 {entity}“{key}”").format(entity=field.refers, key=key or "")
                    draft.drop(place, field.name, reason)
                    continue
                row[reference.column] = (
                    None if landed is None else landed.customer_id if reference.of_customer else landed.row_id
                )
                if field.name == "account" and landed is not None:
                    row.setdefault("customer_id", landed.customer_id)
        if target.of_customer:
            for place, row in list(draft.rows.items()):
                if row.get("customer_id") is None:
                    draft.drop(place, "customer", _("没有所属客户"))

    def _check_unique(self, draft: _Draft) -> None:
        target = draft.table.target
        if target.key == "customer":
            for row in draft.rows.values():
                sealed(row)
        for name, column in target.unique.items():
            values = {place: row[name] for place, row in draft.rows.items() if row.get(name)}
            held = keys.taken(self._session, column, values.values())
            for place, value in values.items():
                if value in held:
                    given = "identity_number" if name == "identity_hash" else name
                    draft.drop(place, given, _("与已有的另一条记录重复"))
                held.add(value)

    def _check_rows(self, draft: _Draft) -> None:
        """What only a whole row can show: moments in their order, a mark within its form."""
        check = CHECKS.get(draft.table.target.key)
        for place, (field, reason) in (check(self._session, self._book, draft.rows) if check else {}).items():
            draft.drop(place, field, reason)

    def _insert(self, draft: _Draft) -> None:
        table, rows = draft.table, list(draft.rows.values())
        if not rows:
            return
        names = [draft.keys[place] for place in draft.rows]
        if table.target.model is not None:
            unique = [f"{self._source.key}|{table.entity}|{name}" for name in names]
            for model, some in self._builder.inserts(table.target.key, table.target.model, rows, unique):
                _load(self._session, model, some)
        if table.target.key == "customer":
            self._session.index_names(((row["customer_id"], row["name"]) for row in rows), fresh=True)
        if table.target.key == "case":
            self._session.index_cases(((row["id"], case_text(row)) for row in rows), fresh=True)
        _load(self._session, ImportKey, [self._key(table, *pair) for pair in zip(names, rows, strict=True)])

    def _key(self, table: Table, name: str, row: Row) -> Row:
        row_id = row["customer_id"] if table.target.key == "customer" else row.get("id", 0)
        return {
            "source": self._source.key, "entity": table.entity, "key": name, "row_id": row_id,
            "customer_id": row.get("customer_id"), "batch_id": self._batch,
        }  # fmt: skip


class _Draft:
    """One chunk on its way to one table; rows drop out as they are found wanting. Rows are named by their place."""

    def __init__(self, table: Table, chunk: Chunk) -> None:
        self.table, self.frame = table, chunk.frame
        self.reads = {name for field in table.fields for name in field.reads}
        self.keys: dict[int, str] = {}
        self.rows: dict[int, Row] = {}
        self.bad: dict[int, tuple[str | None, str]] = {}

    def name_rows(self) -> None:
        """The key of every row that the mapping's `where` lets through."""
        columns = {name: self.frame[name].tolist() for name in {*self.table.key, *self.table.where}}
        for place in range(len(self.frame)):
            if any((columns[name][place] or "") not in said for name, said in self.table.where.items()):
                continue
            parts = [columns[name][place] for name in self.table.key]
            if None in parts:
                name = self.table.key[parts.index(None)]
                self.bad[place] = (name, _("键没有值"))
            elif len("|".join(parts)) > _KEY_LENGTH:
                self.bad[place] = (self.table.key[0], _("超过 {n} 个字").format(n=_KEY_LENGTH))
            else:
                self.keys[place] = "|".join(parts)

    def drop(self, place: int, field: str | None, reason: str) -> None:
        """Set a row aside for its first reason."""
        self.keys.pop(place, None)
        self.rows.pop(place, None)
        self.bad.setdefault(place, (field, reason))

    def take(self, places: list[int], typed: dict[str, list[Any]]) -> None:
        """The rows that still stand, with defaults where nothing is given."""
        for name, default in self.table.target.defaults.items():
            if name in typed:
                typed[name] = [default if value is None else value for value in typed[name]]
        names = list(typed)
        for place, *values in zip(places, *typed.values(), strict=True):
            if place in self.keys:
                self.rows[place] = dict(zip(names, values, strict=True))


def _load(session: BulkSession, model: type[Base], rows: list[Row]) -> None:
    """Hand over rows with the same columns, column by column; what all rows share is converted only once."""
    if not rows:
        return
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    shared = {name: values[0] for name, values in columns.items() if all(value is values[0] for value in values)}
    load(session, model, columns | shared if len(shared) < len(columns) else columns)
