"""Checks before closing, as a table: each edge by hand, what stops, what only warns, what closing itself does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lib.review.checks import STOPS, Seen, as_kept, checks, codes_of_checks, kept, stopping, warning
from lib.rulebook import Rulebook, RuleRow, shipped_rows
from lib.store.quarter import Quarter
from lib.words import use_locale

BOOK = Rulebook(shipped_rows())
Q3 = Quarter(2026, 3)
GOOD = Seen(Q3, date(2026, 10, 20), Q3.end, calendar_years=(2025, 2026))
# what is changed of a quarter that passes, the check it concerns, how that then stands and its count
CASES: list[tuple[dict[str, Any], str, str, int]] = [
    ({}, "ended", "ok", 0),
    ({"today": date(2026, 10, 1)}, "ended", "ok", 0),
    ({"today": date(2026, 9, 30)}, "ended", "stop", 1),  # its last day is not over
    ({"cutoff": None}, "facts", "stop", 1),
    ({"cutoff": date(2026, 9, 30)}, "facts", "ok", 0),
    ({"cutoff": date(2026, 9, 29)}, "facts", "redo", 1),
    ({"cutoff": date(2026, 9, 29), "today": date(2026, 9, 29)}, "facts", "stop", 1),
    ({"current": False}, "facts", "redo", 0),
    ({"earlier_open": ["2026Q1", "2026Q2"]}, "earlier", "stop", 2),
    ({"rule_changes": 1}, "rules", "stop", 1),
    ({"calendar_years": ()}, "year_loaded", "stop", 1),
    ({"calendar_years": (2025,)}, "year_loaded", "stop", 1),
    ({"refused_imports": 2}, "imports", "stop", 2),
    ({"booked": True}, "tail", "ok", 0),
    ({"booked": False}, "tail", "warn", 3),
    ({"booked": None}, "tail", "ok", 0),  # a bank without a ledger
    ({"missing_months": [date(2026, 7, 1), date(2026, 9, 1)]}, "months", "warn", 2),
    ({"open_cases": 1}, "clocks", "warn", 1),
    ({"unreviewed": 4}, "fields", "warn", 4),
    ({"unowned": 7}, "owners", "warn", 7),
]


@pytest.mark.parametrize(("changed", "code", "state", "count"), CASES)
def test_each_check_at_its_edge(changed: dict[str, Any], code: str, state: str, count: int) -> None:
    found = {one.code: one for one in checks(replace(GOOD, **changed), BOOK)}
    assert (found[code].state, found[code].count) == (state, count)
    assert {one.code for one in found.values() if one.state != "ok"} <= {code, "ended"}, "the others are untouched"


@pytest.mark.parametrize("changed", [case[0] for case in CASES if case[2] != "ok"])
def test_what_does_not_pass_says_so_in_a_sentence(changed: dict[str, Any]) -> None:
    bad = [one for one in checks(replace(GOOD, **changed), BOOK) if one.state != "ok"]
    assert bad and all(one.sentence.endswith("。") and "{" not in one.sentence for one in bad)


def test_a_good_quarter_passes_every_check() -> None:
    found = checks(GOOD, BOOK)
    assert {one.state for one in found} == {"ok"} and [one.code for one in found] == list(codes_of_checks())
    assert stopping(found) == warning(found) == []


def test_every_failing_check_leads_somewhere_but_the_calendar_of_time() -> None:
    bad = replace(GOOD, cutoff=date(2026, 8, 1), earlier_open=["2026Q2"], rule_changes=1, calendar_years=(),
                  refused_imports=1, booked=False, missing_months=[Q3.start], open_cases=1, unreviewed=1,
                  unowned=1)  # fmt: skip
    assert {one.code for one in checks(bad, BOOK) if not one.page} == {"ended"}
    clocks = next(one for one in checks(bad, BOOK) if one.code == "clocks")
    assert clocks.params == {"state": "open", "to": "2026-09-30"}


def test_which_checks_stop_is_the_banks_rule_but_not_what_there_is_to_freeze() -> None:
    loose = RuleRow("rule", STOPS, date(2026, 7, 1), "stated", "行发", "x", {"unit": "method", "value": ["owners"]}, 1)
    book = Rulebook([*shipped_rows(), loose])
    bad = replace(GOOD, today=Q3.end, cutoff=None, earlier_open=["2026Q2"], unowned=1)
    assert {one.code for one in stopping(checks(bad, book))} == {"ended", "facts", "owners"}
    assert {one.code for one in warning(checks(bad, book))} == {"earlier"}
    assert {one.code for one in stopping(checks(replace(bad, quarter=Quarter(2026, 2)), book))} >= {"earlier"}


def test_kept_checks_come_back_as_they_stood_in_the_readers_language() -> None:
    seen = replace(GOOD, missing_months=[Q3.start], unowned=3, earlier_open=("2026Q2",))
    found = checks(seen, BOOK)
    assert as_kept(kept(seen, found)) == found
    use_locale("en")
    try:
        told = {one.code: one.sentence for one in as_kept(kept(seen, found))}
    finally:
        use_locale("zh_CN")
    assert told["owners"].startswith("3 customers have no relationship manager")
