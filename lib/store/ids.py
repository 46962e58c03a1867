"""53-bit time-ordered ids (exact in a browser): 38 bits of 10 ms since 2024, 6 bits of node, 9 bits of count."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime

_EPOCH_TICKS = 170_406_720_000  # 2024-01-01T00:00:00Z in units of 10 ms
_NODES, _COUNTS = 64, 512


class IdMaker:
    """Makes ids for one process; when a tick's 512 are used up it borrows from the next tick."""

    def __init__(self, node: int) -> None:
        self._node = node % _NODES
        self._lock = threading.Lock()
        self._tick = 0
        self._count = 0

    def next(self) -> int:
        """An id greater than every id this maker gave before."""
        with self._lock:
            tick = int(time.time() * 100) - _EPOCH_TICKS
            if tick > self._tick:
                self._tick, self._count = tick, 0
            elif self._count == _COUNTS - 1:
                self._tick, self._count = self._tick + 1, 0
            else:
                self._count += 1
            return (self._tick * _NODES + self._node) * _COUNTS + self._count

    @property
    def last_moment(self) -> datetime:
        """The moment from which on nobody's ids are smaller than the last one made here."""
        with self._lock:
            return datetime.fromtimestamp((self._tick + 1 + _EPOCH_TICKS) / 100, UTC)


_maker = IdMaker(secrets.randbelow(_NODES))


def ids_within(*, minutes: int) -> int:
    """How far apart two ids are that were made so many minutes from one another."""
    return minutes * 6000 * _NODES * _COUNTS


def new_id() -> int:
    """A new id for a row of this process."""
    return _maker.next()


def last_moment() -> datetime:
    """From when on this process's node may make ids for another process: later than now after a large batch."""
    return _maker.last_moment


def use_node(node: int) -> None:
    """Take the node number leased for this process (see `lib.store.engine`)."""
    global _maker
    _maker = IdMaker(node)
