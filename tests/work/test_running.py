"""A clock in the words of the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lib.words import use_locale
from lib.work.running import span, standing_of

NOW = datetime(2026, 11, 18, 4, tzinfo=UTC)
HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "met", "ended", "expected"),
    [
        (None, None, False, ("none", "–")),
        (3, None, False, ("running", "剩 3 小时")),
        (0, None, False, ("running", "剩 0 分")),
        (-1, None, False, ("overdue", "逾期 1 小时")),
        (-30, None, False, ("overdue", "逾期 1 天 6 小时")),
        (-1, -2, False, ("met", "按时答复")),
        (-2, -1, True, ("missed", "迟 1 小时 答复")),
        (-1, None, True, ("none", "–")),
    ],
)
def test_a_clock_in_words(due: int | None, met: int | None, ended: bool, expected: tuple[str, str]) -> None:
    at = {hours: None if hours is None else NOW + hours * HOURS for hours in (due, met)}
    standing = standing_of(at[due], at[met], ended, NOW)
    assert (standing.state, standing.text) == expected
    assert standing.late == (expected[0] == "overdue")


def test_spans_in_english() -> None:
    with use_locale("en"):
        assert [span(timedelta(minutes=n)) for n in (0, 61, 1440, 1500)] == ["0 min", "1 h 1 min", "1 d", "1 d 1 h"]
