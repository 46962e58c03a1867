"""Periods of several quarters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lib.kpi import KpiRow
from lib.kpi.decomposition import Side
from lib.kpi.periods import before, over, quarters_of, side
from lib.rulebook import Kpi, Rulebook, shipped_rows
from lib.store.quarter import Quarter

Q = Quarter.parse
BOOK = Rulebook(shipped_rows())


def kpi(key: str) -> Kpi:
    return BOOK.kpi(key, Q("2026Q3").end)


def row(quarter: str, numerator: int, denominator: int | None, **more: object) -> KpiRow:
    value = numerator if denominator is None else numerator / denominator if denominator else None
    n = numerator if denominator is None else denominator
    made = KpiRow("k", quarter, "", numerator, 0, denominator, value, 0.8, n, n < 10, 1, True, False, None)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("last", "span", "expected", "end_before"),
    [
        ("2026Q3", "quarter", ["2026Q3"], "2026Q2"),
        ("2026Q1", "quarter", ["2026Q1"], "2025Q4"),
        ("2026Q3", "to_date", ["2026Q1", "2026Q2", "2026Q3"], "2025Q3"),
        ("2026Q1", "to_date", ["2026Q1"], "2025Q1"),
        ("2026Q2", "year", ["2025Q3", "2025Q4", "2026Q1", "2026Q2"], "2025Q2"),
    ],
)
def test_which_quarters(last: str, span: str, expected: list[str], end_before: str) -> None:
    assert [str(one) for one in quarters_of(Q(last), span)] == expected
    assert str(before(Q(last), span)) == end_before


ROWS = {"2026Q1": row("2026Q1", 4, 5), "2026Q2": row("2026Q2", 90, 100), "2026Q3": row("2026Q3", 6, 9, running=True)}
YEAR = quarters_of(Q("2026Q3"), "to_date")


def test_a_ratio_over_quarters_is_the_ratio_of_the_sums() -> None:
    found = over(kpi("visit_completion"), ROWS, YEAR, 10)
    assert found is not None
    assert (found.numerator, found.denominator, found.n) == (100, 114, 114)
    assert found.value == 100 / 114  # not the mean of 80%, 90% and 67%
    assert (found.on_target, found.small, found.running) == (True, False, True)


def test_what_stands_at_the_end_of_a_period_is_the_last() -> None:
    assert over(kpi("coverage"), ROWS, YEAR, 10) == ROWS["2026Q3"]


def test_part_of_a_period_is_not_told() -> None:
    assert over(kpi("visit_completion"), {k: v for k, v in ROWS.items() if k != "2026Q2"}, YEAR) is None
    assert over(kpi("visit_completion"), {k: v for k, v in ROWS.items() if k != "2026Q3"}, YEAR) is None


def test_too_few_cases_are_judged_by_their_sum() -> None:
    few = {quarter: row(quarter, 1, 3) for quarter in ("2026Q1", "2026Q2", "2026Q3")}
    assert [over(kpi("visit_completion"), few, YEAR, least).small for least in (9, 10)] == [False, True]  # type: ignore[union-attr]


def test_an_amount_of_several_quarters_has_no_target() -> None:
    counts = {quarter: row(quarter, 7, None) for quarter in ("2026Q1", "2026Q2", "2026Q3")}
    found = over(kpi("contacts"), counts, YEAR, 10)
    assert found is not None and (found.value, found.target, found.on_target, found.small) == (21, None, None, False)


def test_a_group_without_a_quarter_still_has_its_others() -> None:
    rows = {"2026Q2": row("2026Q2", 90, 100, less=5), "2026Q3": row("2026Q3", 6, 9)}
    assert side(kpi("visit_completion"), rows, YEAR) == Side(91, 109)
    assert side(kpi("coverage"), rows, YEAR) == Side(6, 9)
    assert side(kpi("coverage"), {}, YEAR) == Side()
