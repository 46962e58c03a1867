"""The fast door for many rows of one table: given by column, handed to the driver (executemany, COPY)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import JSON, Column, Connection, Dialect, inspect
from sqlalchemy.orm import Session

from lib.store.base import Base, UtcDateTime
from lib.store.bulk import BulkSession


def load(session: BulkSession, model: type[Base], columns: Mapping[str, Any]) -> int:
    """Insert rows given as equally long columns, and note how many.

    A column is a list, a numpy array (days as datetime64[D]; moments as finer datetime64, taken as UTC) or one value
    for all rows. Columns not given take the database's default.
    """
    size = max((len(values) for values in columns.values() if _is_many(values)), default=0)
    if not size:
        return 0
    link = Session.connection(session)
    table: Any = inspect(model).local_table
    used = [table.c[name] for name in columns]
    values = [_stored(table.c[name], column, size, link.dialect) for name, column in columns.items()]
    (_copy if link.dialect.name == "postgresql" else _execute_many)(link, table, used, values)
    session.note(table.name, size)
    return size


def _is_many(values: Any) -> bool:
    return isinstance(values, list | np.ndarray)


def _stored(column: Column[Any], values: Any, size: int, dialect: Dialect) -> list[Any]:
    """The values as the driver stores them."""
    if not _is_many(values):
        return _stored(column, [values], 1, dialect) * size
    if len(values) != size:
        raise ValueError(f"{column.table.name}.{column.name}: {len(values)} values for {size} rows")
    kind = column.type
    if isinstance(values, np.ndarray) and values.dtype.kind in "Mb":
        if isinstance(kind, UtcDateTime):
            kind = kind.impl_instance
        # Days and flags repeat: each is converted once.
        once, places = np.unique(values, return_inverse=True)
        spelled = np.array([*_converted(kind, once.tolist(), dialect), None], dtype=object)
        return list(spelled[places].tolist())
    return _converted(kind, values.tolist() if isinstance(values, np.ndarray) else values, dialect)


def _converted(kind: Any, values: list[Any], dialect: Dialect) -> list[Any]:
    is_json = isinstance(getattr(kind, "stored_as", kind), JSON)  # of a private column: what it is stored as
    convert: Any = _as_json if is_json else kind.dialect_impl(dialect).bind_processor(dialect)
    return [None if value is None else convert(value) for value in values] if convert else values


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _execute_many(link: Connection, table: Any, used: list[Any], values: list[list[Any]]) -> None:
    quote = link.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in used)
    marks = ", ".join("?" * len(used))
    cursor: Any = link.connection.cursor()
    cursor.executemany(f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})", zip(*values, strict=True))
    cursor.close()


def _copy(link: Connection, table: Any, used: list[Any], values: list[list[Any]]) -> None:
    quote = link.dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in used)
    cursor: Any = link.connection.cursor()
    with cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as stream:
        for part in _lines(values):
            stream.write(part)
    cursor.close()


def _lines(values: list[list[Any]], at_once: int = 2000) -> Iterator[str]:
    """The rows in PostgreSQL's text form, some thousand at a time."""
    texts = [[_text(value) for value in column] for column in values]
    for start in range(0, len(texts[0]), at_once):
        rows = zip(*(column[start : start + at_once] for column in texts), strict=True)
        yield "".join("\t".join(row) + "\n" for row in rows)


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)
