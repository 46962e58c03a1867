"""The figures of a trial against their definitions, counted pair by pair and customer by customer."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.churn.trial import Counts, auc, auc_bp, counts_of, lift, lift_hundredths, split, tenths

People = list[tuple[int, int]]
people = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 1)), max_size=60)


def counted(found: People) -> Counts:
    return counts_of((score, lost, 1) for score, lost in found)


@given(people)
def test_auc_is_the_share_of_pairs_in_the_right_order(found: People) -> None:
    pairs = [(a, b) for a, lost in found if lost for b, stayed in found if not stayed]
    won = sum(Fraction(1) if a > b else Fraction(1, 2) if a == b else Fraction(0) for a, b in pairs)
    assert auc(counted(found)) == (won / len(pairs) if pairs else None)


@given(people)
def test_lift_takes_the_highest_tenth_and_shares_out_a_tie(found: People) -> None:
    lost = sum(gone for _score, gone in found)
    if not lost:
        assert lift(counted(found)) is None
        return
    room, caught = Fraction(len(found), 10), Fraction(0)
    for score in sorted({score for score, _gone in found}, reverse=True):
        there = [gone for one, gone in found if one == score]
        taken = min(room, Fraction(len(there)))
        caught += taken * sum(there) / len(there)
        room -= taken
    assert lift(counted(found)) == caught * 10 / lost


@given(people)
def test_the_calibration_leaves_nobody_out_and_tears_no_score_apart(found: People) -> None:
    groups = tenths(counted(found))
    assert sum(one["customers"] for one in groups) == len(found)
    assert sum(one["lost"] for one in groups) == sum(gone for _score, gone in found)
    edges = [edge for one in groups for edge in (one["from"], one["to"])]
    assert edges == sorted(edges) and len(groups) <= 10
    assert all(a["to"] < b["from"] for a, b in pairwise(groups))


@given(people, people)
def test_counts_add_up(one: People, other: People) -> None:
    assert counted(one) + counted(other) == counted(one + other)


@pytest.mark.parametrize(
    ("found", "bp", "hundredths"),
    [
        ([], 0, 0),
        ([(50, 0)] * 10, 0, 0),  # nobody lost
        ([(90, 1)] + [(10, 0)] * 9, 10_000, 1_000),  # the one lost is the highest of ten
        ([(50, 1)] + [(50, 0)] * 9, 5_000, 100),  # all alike: a guess
        ([(10, 1)] + [(90, 0)] * 9, 0, 0),  # the wrong way round
        ([(80, 1), (70, 0), (60, 1)] + [(0, 0)] * 7, 9_375, 500),
    ],
)
def test_worked_by_hand(found: People, bp: int, hundredths: int) -> None:
    assert (auc_bp(counted(found)), lift_hundredths(counted(found))) == (bp, hundredths)


def test_flagged_from_a_score() -> None:
    assert counted([(30, 0), (29, 1), (30, 1), (100, 1)]).flagged(30) == (3, 2)


def test_a_history_is_split_by_time() -> None:
    quarters = ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert split(quarters, 1) == {"whole": quarters, "earlier": quarters[:3], "test": ["2025Q4"]}
    assert split(quarters, 4) == {"whole": quarters}
