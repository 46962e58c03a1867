"""Progress of a pass over a file: rows, rate and remaining time, at most once a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from lib.words import _, integer

Say = Callable[[str], None]


class Progress:
    """Says how far one table is; `clock` counts seconds."""

    def __init__(self, say: Say, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._what, self._clock = say, what, clock
        self._start = self._last = clock()

    def at(self, rows: int, done: float) -> None:
        """`rows` have been read, a share `done` (0–1) of the file."""
        moment = self._clock()
        if moment - self._last < 1 or not 0 < done < 1:
            return
        self._last = moment
        spent = moment - self._start
        said = _("{what}：{rows} 行，每秒 {rate} 行，约剩 {left} 秒")
        left, rate = integer(round(spent / done - spent)), integer(round(rows / spent))
        self._say(said.format(what=self._what, rows=integer(rows), rate=rate, left=left))

    def end(self, rows: int, landed: int) -> None:
        """The table is through."""
        spent = max(self._clock() - self._start, 0.001)
        said = _("{what}：读取 {rows} 行，导入 {landed} 行，用时 {spent:.1f} 秒")
        self._say(said.format(what=self._what, rows=integer(rows), landed=integer(landed), spent=spent))
