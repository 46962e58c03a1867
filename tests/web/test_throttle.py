"""So many tries in a minute, counted for each address."""

from __future__ import annotations

import pytest

from lib.web import throttle
from lib.web.throttle import Throttle


def test_the_minute_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(throttle.time, "monotonic", lambda: clock[0])
    brake = Throttle(tries=2, seconds=60)
    assert [brake.allows("a"), brake.allows("a"), brake.allows("a"), brake.allows("b")] == [True, True, False, True]
    clock[0] = 61
    assert brake.allows("a")


def test_old_addresses_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(throttle.time, "monotonic", lambda: clock[0])
    brake = Throttle(tries=1, seconds=60, addresses=3)
    for name in "abc":
        brake.allows(name)
    clock[0] = 61
    brake.allows("d")
    assert set(brake._made) == {"d"}
