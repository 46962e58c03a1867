"""A brake on guessing: so many tries from one address in a minute, then none for a while."""

from __future__ import annotations

import time
from collections import deque


class Throttle:
    """Counts tries by address within a sliding minute, in memory of this process."""

    def __init__(self, tries: int = 20, seconds: float = 60.0, addresses: int = 10_000) -> None:
        self._tries = tries
        self._seconds = seconds
        self._addresses = addresses
        self._made: dict[str, deque[float]] = {}

    def allows(self, address: str) -> bool:
        """Count one try; False once the minute's tries are used up."""
        moment = time.monotonic()
        if address not in self._made and len(self._made) >= self._addresses:
            self._forget(moment)
        made = self._made.setdefault(address, deque())
        while made and made[0] <= moment - self._seconds:
            made.popleft()
        if len(made) >= self._tries:
            return False
        made.append(moment)
        return True

    def _forget(self, moment: float) -> None:
        old = moment - self._seconds
        self._made = {address: made for address, made in self._made.items() if made and made[-1] > old}
