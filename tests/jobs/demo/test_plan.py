"""The size of the bank follows from its customers, its days from the business day."""

from __future__ import annotations

from datetime import date

import pytest

from lib.jobs.demo.plan import Plan
from lib.rulebook import Calendar, Rulebook


def plan(customers: int, quarters: int = 12, today: date = date(2026, 11, 22)) -> Plan:
    """A plan of that size."""
    return Plan.of(customers, quarters, 1, today, Rulebook([]), Calendar.of([], ""))


def test_the_usual_bank_is_the_one_described() -> None:
    usual = plan(5000)
    assert (usual.branches, usual.managers, usual.officers) == (8, 60, 4)
    assert (str(usual.quarters[0]), str(usual.quarters[-1])) == ("2024Q1", "2026Q4")


@pytest.mark.parametrize("customers", [30, 600, 5_000, 60_000, 1_000_000])
def test_managers_look_after_a_bearable_number(customers: int) -> None:
    made = plan(customers)
    assert made.branches <= made.managers
    assert made.managers == made.branches or 80 <= customers / made.managers <= 162


def test_the_running_quarter_ends_yesterday() -> None:
    assert str(plan(5000).ends[-1]) == "2026-11-21"
    assert str(plan(5000).ends[-2]) == "2026-09-30"
    assert plan(5000).elapsed[-1] == pytest.approx(52 / 92)
    assert plan(5000, today=date(2026, 10, 1)).elapsed[-1] == pytest.approx(1 / 92)


def test_only_a_large_bank_thins_its_older_ledger() -> None:
    assert plan(5000).full_from == 0
    assert plan(200_000).full_from == 7
