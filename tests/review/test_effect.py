"""The effect of an action: from which quarter to which it is compared, and what may be said of the two figures."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.review.effect import VERDICTS, Outcome, Point, Span, before_of, judge, span
from lib.store.models import Action
from lib.store.quarter import Quarter

Q1, Q2, Q3, Q4 = (Quarter(2026, n) for n in (1, 2, 3, 4))


def action(state: str = "done", ended: date | None = None, quarter: str | None = "2026Q1") -> Action:
    return Action(state=state, ended_on=ended, quarter=quarter, created_at=datetime(2026, 4, 20, 3, tzinfo=UTC))


def test_before_is_what_was_known_when_it_was_given() -> None:
    assert before_of(action(quarter="2025Q4")) == Quarter(2025, 4)
    assert before_of(action(quarter=None)) == Q1


@pytest.mark.parametrize(
    ("ended", "state", "seen", "after"),
    [
        (None, "open", Q4, ()),
        (date(2026, 5, 9), "done", Q2, ()),  # its own quarter is not whole
        (date(2026, 5, 9), "done", Q3, (Q3,)),
        (date(2026, 6, 30), "done", Q3, (Q3,)),
        (date(2026, 7, 1), "done", Q3, (Q3,)),  # done on the first day: the quarter is whole
        (date(2026, 7, 2), "done", Q3, ()),
        (date(2026, 5, 9), "done", Quarter(2027, 1), (Q3, Q4)),  # at most two
        (date(2026, 5, 9), "dropped", Q4, ()),
    ],
)
def test_only_whole_quarters_after_its_end_are_compared(
    ended: date | None, state: str, seen: Quarter, after: tuple[Quarter, ...]
) -> None:
    assert span(action(state, ended), seen, 2) == Span(Q1, after)


def points(*values: Point) -> dict[str, Point]:
    return {one.quarter: one for one in values}


WAS = Point("2026Q1", 0.020)


@pytest.mark.parametrize(
    ("after", "good", "expected", "verdict", "reached"),
    [
        (Point("2026Q3", 0.014), "down", 0.015, "reached", True),
        (Point("2026Q3", 0.015), "down", 0.015, "reached", True),
        (Point("2026Q3", 0.017), "down", 0.015, "better", False),
        (Point("2026Q3", 0.017), "down", None, "better", None),
        (Point("2026Q3", 0.0204), "down", 0.015, "same", False),
        (Point("2026Q3", 0.0206), "down", 0.015, "worse", False),
        (Point("2026Q3", 0.017), "up", None, "worse", None),
        (Point("2026Q3", 0.030), "up", 0.025, "reached", True),
        (Point("2026Q3", 0.010, small=True), "down", 0.015, "small", True),
        (Point("2026Q3", None), "down", 0.015, "unknown", None),
        (Point("2026Q3", 0.010, running=True), "down", 0.015, "early", None),
    ],
)
def test_what_is_said_of_two_figures(
    after: Point, good: str, expected: float | None, verdict: str, reached: bool | None
) -> None:
    found = judge(Span(Q1, (Q3,)), points(WAS, after), good, expected, 0.0005)
    assert (found.verdict, found.reached) == (verdict, reached)
    assert found.before == WAS


def test_the_latest_ended_quarter_is_compared_and_a_small_one_before_judges_nothing() -> None:
    third, fourth = Point("2026Q3", 0.030), Point("2026Q4", 0.010)
    spanned = Span(Q1, (Q3, Q4))
    assert judge(spanned, points(WAS, third, fourth), "down", None, 0.0).after == fourth
    running = Point("2026Q4", 0.010, running=True)
    assert judge(spanned, points(WAS, third, running), "down", None, 0.0).verdict == "worse"
    few = Point("2026Q1", 0.020, small=True)
    assert judge(spanned, points(few, fourth), "down", None, 0.0).verdict == "small"


def test_without_figures_nothing_is_said() -> None:
    assert judge(Span(Q1, ()), points(WAS), "down", 0.1, 0.0) == Outcome("early", WAS, None, 0.1)
    assert judge(Span(Q1, (Q3,)), points(WAS), "down", 0.1, 0.0).verdict == "unknown"
    assert judge(Span(Q1, (Q3,)), points(Point("2026Q3", 1.0)), "down", None, 0.0).verdict == "unknown"


@given(
    before=st.floats(-5, 5), after=st.floats(-5, 5), good=st.sampled_from(("up", "down")),
    expected=st.none() | st.floats(-5, 5), small=st.booleans(),
)  # fmt: skip
def test_a_better_figure_is_never_said_to_be_worse(
    before: float, after: float, good: str, expected: float | None, small: bool
) -> None:
    found = judge(Span(Q1, (Q3,)), points(Point("2026Q1", before), Point("2026Q3", after, small=small)), good,
                  expected, 0.0)  # fmt: skip
    gained = after - before if good == "up" else before - after
    assert found.verdict in VERDICTS
    assert (found.verdict == "small") == small
    if found.verdict == "worse":
        assert gained < 0 and not found.reached
    if found.verdict == "better":
        assert gained >= 0
