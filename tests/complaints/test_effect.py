"""Whether an action worked: windows at their edges, verdicts as a table, and that the test is the exact one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.complaints.effect import Effect, Tally, effect, monday_of, sentence, tallies, windows
from lib.rulebook import Rulebook, shipped_rows

BOOK = Rulebook(shipped_rows())
DONE = date(2026, 6, 10)  # a Wednesday
MONDAY = date(2026, 6, 8)


@pytest.mark.parametrize(
    ("seen_on", "weeks"),
    [
        (date(2026, 6, 10), 0),
        (date(2026, 6, 20), 0),  # the Saturday of the first week after
        (date(2026, 6, 21), 1),  # its Sunday: that week has passed
        (date(2026, 6, 22), 1),
        (date(2026, 7, 12), 4),
        (date(2026, 12, 31), 12),
    ],
)
def test_windows_are_whole_weeks_and_equal(seen_on: date, weeks: int) -> None:
    found = windows(DONE, seen_on, 12)
    assert len(found.before) == len(found.after) == weeks
    assert MONDAY not in (*found.before, *found.after), "the week it was done in belongs to neither"
    if weeks:
        assert found.after[0] == MONDAY + timedelta(weeks=1) and found.before[-1] == MONDAY - timedelta(weeks=1)
        assert found.after[-1] + timedelta(days=6) <= seen_on


@given(st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.integers(0, 400))
def test_windows_mirror_one_another(ended: date, later: int) -> None:
    found = windows(ended, ended + timedelta(days=later), 12)
    middle = monday_of(ended)
    assert [middle - one for one in reversed(found.before)] == [one - middle for one in found.after]
    assert all(one.weekday() == 0 for one in (*found.before, *found.after))


def weekly(before: tuple[int, int, int], after: tuple[int, int, int]) -> dict[str, Tally]:
    """All of it in the week next to the action on either side."""
    return {(MONDAY - timedelta(weeks=1)).isoformat(): Tally(*before),
            (MONDAY + timedelta(weeks=1)).isoformat(): Tally(*after)}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((30, 20, 30), (10, 5, 10), "fewer"),
        ((30, 20, 30), (40, 5, 20), "unsettled"),  # twenty of the weeks after have no cause yet
        ((30, 20, 10), (25, 5, 5), "fewer"),  # as many without a cause before as after
        ((30, 12, 30), (30, 9, 30), "same"),
        ((30, 5, 30), (30, 20, 30), "more"),
        ((9, 9, 9), (0, 0, 0), "small"),
        ((10, 10, 10), (0, 0, 0), "fewer"),
        ((0, 0, 0), (0, 0, 0), "small"),
    ],
)
def test_verdicts(before: tuple[int, int, int], after: tuple[int, int, int], verdict: str) -> None:
    found = effect(DONE, date(2026, 12, 31), weekly(before, after), BOOK)
    assert found.verdict == verdict and (found.before, found.after) == (before[1], after[1])
    assert (found.unknown_before, found.unknown_after) == (before[0] - before[2], after[0] - after[2])
    assert str(found.before) in sentence(found) and str(found.after) in sentence(found)


def test_too_early_to_tell() -> None:
    found = effect(DONE, date(2026, 7, 5), weekly((30, 20, 30), (0, 0, 0)), BOOK)
    assert found == Effect("early", 3) and "3 周" in sentence(found)


def test_the_p_is_the_binomial_one() -> None:
    """Ten before and none after: one chance in 1 024."""
    found = effect(DONE, date(2026, 12, 31), weekly((10, 10, 10), (0, 0, 0)), BOOK)
    assert found.p == pytest.approx(1 / 1024)
    assert "p<0.001" in sentence(found) and "还没有原因" not in sentence(found)


def test_what_has_no_cause_yet_is_said() -> None:
    found = effect(DONE, date(2026, 12, 31), weekly((30, 20, 30), (40, 5, 20)), BOOK)
    assert "0 件和 20 件还没有原因" in sentence(found) and "尚不能下结论" in sentence(found)


def test_weeks_outside_the_windows_do_not_count() -> None:
    far = {(MONDAY + timedelta(weeks=n)).isoformat(): Tally(9, 9, 9) for n in (-13, 0, 13)}
    found = effect(DONE, date(2027, 1, 31), weekly((30, 20, 30), (10, 5, 10)) | far, BOOK)
    assert (found.before, found.after, found.weeks) == (20, 5, 12)


def test_tallies_by_week() -> None:
    def rows() -> Iterator[tuple[str, str, int, int]]:
        yield from (("w1", "", 7, 3), ("w1", "slow", 0, 2), ("w1", "none", 0, 1), ("w2", "other", 0, 4))

    assert tallies(rows(), "slow") == {"w1": Tally(7, 2, 2), "w2": Tally(0, 0, 4)}
