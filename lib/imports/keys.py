"""Which rows of a source landed before: resolves keys to rows, chunk by chunk, so that memory stays flat."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from lib.store.bulk import BulkSession
from lib.store.models import CustomerNumber, ImportKey
from lib.store.numbers import checked

_AT_ONCE = 5000


class Landed(NamedTuple):
    """The row a key became; a link has no row of its own (0)."""

    customer_id: int | None
    row_id: int
    batch_id: int


def find(session: BulkSession, source: str, entity: str, keys: Iterable[str]) -> dict[str, Landed]:
    """Those of the keys that landed, with their rows."""
    key = ImportKey
    query = select(key.key, key.customer_id, key.row_id, key.batch_id)
    query = query.where(key.source == source, key.entity == entity)
    found: dict[str, Landed] = {}
    for some in _portions(keys):
        for name, customer_id, row_id, batch_id in session.execute(query.where(key.key.in_(some))):
            found[name] = Landed(customer_id, row_id, batch_id)
    return found


def taken(session: BulkSession, column: Any, values: Iterable[Any]) -> set[Any]:
    """Those of the values that a column holds already."""
    found: set[Any] = set()
    for some in _portions(values):
        found.update(session.scalars(select(column).where(column.in_(some))))
    return found


def customer_numbers(session: BulkSession, names: list[str]) -> list[str]:
    """A free customer number for each name: drawn from the name's hash, so that a repeated import gives the same."""
    numbers = [_drawn(name, 0) for name in names]
    held = taken(session, CustomerNumber.number, numbers)
    for place, name in enumerate(names):
        attempt = 0
        while numbers[place] in held:
            attempt += 1
            numbers[place] = _drawn(name, attempt)
            if taken(session, CustomerNumber.number, [numbers[place]]):
                held.add(numbers[place])
        held.add(numbers[place])
    return numbers


def _drawn(name: str, attempt: int) -> str:
    digest = hashlib.sha256(f"{name}#{attempt}".encode()).digest()
    return checked(int.from_bytes(digest[:8], "big") % 900_000_000 + 100_000_000)


def _portions(values: Iterable[Any]) -> Iterable[list[Any]]:
    wanted = list(set(values))
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
