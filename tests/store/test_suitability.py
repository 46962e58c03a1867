"""Cn may hold R1 to Rn, while the questionnaire holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lib.store.suitability import fits

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize("capacity", range(1, 6))
@pytest.mark.parametrize("risk", range(1, 6))
def test_every_pair(capacity: int, risk: int) -> None:
    assert fits(f"R{risk}", f"C{capacity}", TODAY, TODAY) is (risk <= capacity)


@pytest.mark.parametrize(
    ("risk", "capacity", "until", "fit"),
    [
        (None, None, None, True),
        (None, "C1", YESTERDAY, True),
        ("R1", None, None, False),
        ("R1", "C5", YESTERDAY, False),
        ("R1", "C5", None, False),
        ("R9", "C5", TODAY, False),
        ("R1", "CX", TODAY, False),
        ("", "C5", TODAY, False),
    ],
)
def test_what_is_missing_or_strange_does_not_fit(risk: str | None, capacity: str | None, until: date | None,
                                                 fit: bool) -> None:  # fmt: skip
    assert fits(risk, capacity, until, TODAY) is fit
