"""Potential value: a point a factor, each said with its figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lib.customers.potential import potential
from lib.rulebook import Rulebook, shipped_rows

ENTRY = Rulebook(shipped_rows()).entry("value.potential", date(2026, 11, 23))
NONE: dict[str, Any] = {"years": 4, "categories": 2, "quiet_quarters": 1, "of_next_tier": 59, "missing": 0}
ALL: dict[str, Any] = {"years": 5, "categories": 3, "quiet_quarters": 0, "of_next_tier": 60, "missing": 1}


@pytest.mark.parametrize(
    ("met", "code"), [(0, "low"), (1, "low"), (2, "middle"), (3, "middle"), (4, "high"), (5, "high")]
)
def test_by_the_number_of_factors(met: int, code: str) -> None:
    given = {**NONE, **dict(list(ALL.items())[:met])}
    found = potential(ENTRY, **given)
    assert (found.code, len(found.met), len(found.unmet)) == (code, met, 5 - met)


def test_on_the_top_tier_there_is_no_room_above() -> None:
    found = potential(ENTRY, **{**ALL, "of_next_tier": None})
    assert "已在最高层级" in found.unmet


def test_unknown_years_are_no_loyalty() -> None:
    assert len(potential(ENTRY, **{**ALL, "years": None}).met) == 4
