"""Which entry judges a day, and that its name changes with what it says."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Entry, RuleMissing, RuleRow, in_force

ROW = RuleRow("rule", "a.rule", date(2020, 3, 1), "law", "某法", "某规则", {"unit": "days", "value": 15}, 0)


def entry(valid_from: date | None, basis: str = "stated", value: object = 1) -> Entry:
    return Entry("a.rule", "某规则", "days", valid_from, basis, "制度 §一", value, "0")


def test_the_latest_begun_entry_counts() -> None:
    entries = [entry(date(2025, 1, 1), value="b"), entry(None, value="a"), entry(date(2026, 1, 1), value="c")]
    assert in_force(entries, date(2024, 12, 31)).value == "a"
    assert in_force(entries, date(2025, 1, 1)).value == "b"
    assert in_force(entries, date(2030, 1, 1)).value == "c"


@pytest.mark.parametrize("basis", ["stated", "assumed"])
def test_stated_and_assumed_reach_back(basis: str) -> None:
    entries = [entry(date(2026, 1, 1), basis, "later"), entry(date(2025, 1, 1), basis, "first")]
    assert in_force(entries, date(1993, 1, 1)).value == "first"


def test_a_law_reaches_back_to_its_date_only() -> None:
    entries = [entry(date(2020, 3, 1), "law"), entry(date(2024, 1, 1), "assumed")]
    assert in_force(entries, date(2020, 3, 1)).basis == "law"
    with pytest.raises(RuleMissing, match="2020-03-01"):
        in_force(entries, date(2020, 2, 29))


def test_nothing_is_no_default() -> None:
    with pytest.raises(RuleMissing):
        in_force([], date(2026, 1, 1))


def test_of_two_entries_from_one_day_the_later_handed_over_counts() -> None:
    assert in_force([entry(None, value=1), entry(None, value=2)], date(2026, 1, 1)).value == 2


@given(st.lists(st.dates(), min_size=1, unique=True), st.dates())
def test_the_choice_equals_a_plain_search(starts: list[date], on: date) -> None:
    chosen = in_force([entry(start, value=start) for start in starts], on)
    begun = [start for start in starts if start <= on]
    assert chosen.value == (max(begun) if begun else min(starts))


@pytest.mark.parametrize(
    "change",
    [
        {"valid_from": date(2020, 3, 2)},
        {"basis": "assumed"},
        {"source": "x"},
        {"value": {"unit": "days", "value": 16}},
    ],
)
def test_the_digest_follows_the_content(change: dict[str, object]) -> None:
    assert replace(ROW, **change).digest != ROW.digest


def test_the_digest_ignores_the_position() -> None:
    assert replace(ROW, position=9).digest == ROW.digest
