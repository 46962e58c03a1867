"""Since when a target is missed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.kpi.streaks import Misses, Run, misses

QUARTERS = ["2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2"]
MARKS = {"x": False, "o": True, "?": None}


def judged(marks: str) -> list[tuple[str, bool | None]]:
    return [(quarter, MARKS[mark]) for quarter, mark in zip(QUARTERS, marks, strict=False)]


@pytest.mark.parametrize(
    ("marks", "current", "longest"),
    [  # x missed, o met, ? not judged; (first, last, length, open)
        ("", None, None),
        ("oooooo", None, None),
        ("ooooox", ("2026Q2", "2026Q2", 1, False), ("2026Q2", "2026Q2", 1, False)),
        ("oxxxxx", ("2025Q2", "2026Q2", 5, False), ("2025Q2", "2026Q2", 5, False)),
        ("xxxxxx", ("2025Q1", "2026Q2", 6, True), ("2025Q1", "2026Q2", 6, True)),
        ("xxxoxx", ("2026Q1", "2026Q2", 2, False), ("2025Q1", "2025Q3", 3, True)),
        ("xx?xxo", None, ("2025Q1", "2025Q2", 2, True)),  # of two alike the first
        ("xxx?xx", ("2026Q1", "2026Q2", 2, False), ("2025Q1", "2025Q3", 3, True)),  # nobody knows that it missed
        ("xxxxx?", None, ("2025Q1", "2026Q1", 5, True)),
        ("x", ("2025Q1", "2025Q1", 1, True), ("2025Q1", "2025Q1", 1, True)),
    ],
)
def test_runs(marks: str, current: tuple | None, longest: tuple | None) -> None:
    assert misses(judged(marks)) == Misses(current and Run(*current), longest and Run(*longest))


@given(st.lists(st.sampled_from([True, False, None]), max_size=20))
def test_the_run_that_lasts_is_what_stands_at_the_end(marks: list[bool | None]) -> None:
    found = misses([(str(i), mark) for i, mark in enumerate(marks)])
    text = "".join({True: "o", False: "x", None: "?"}[mark] for mark in marks)
    lasting = len(text) - len(text.rstrip("x"))
    assert (found.current.length if found.current else 0) == lasting
    assert (found.longest.length if found.longest else 0) == max(map(len, text.replace("?", "o").split("o")), default=0)
