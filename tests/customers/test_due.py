"""The day of the next verification (办法 §三.2)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.customers.due import refresh_due, refresh_limit
from lib.rulebook import Rulebook, RuleMissing, shipped_rows

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "verified", "due"),
    [
        ("personal", date(2026, 5, 22), date(2026, 11, 22)),
        ("personal", date(2026, 8, 31), date(2027, 2, 28)),
        ("personal", date(2027, 8, 31), date(2028, 2, 29)),
        ("corporate", date(2026, 11, 30), date(2027, 2, 28)),
        ("corporate", date(2026, 9, 30), date(2026, 12, 30)),
    ],
)
def test_half_a_year_for_people_a_quarter_for_firms(kind: str, verified: date, due: date) -> None:
    assert refresh_due(kind, verified, Rulebook(shipped_rows()), TODAY) == due


def test_without_the_rule_there_is_no_date() -> None:
    with pytest.raises(RuleMissing):
        refresh_due("personal", TODAY, Rulebook([]), TODAY)


@given(kind=st.sampled_from(["personal", "corporate"]), on=st.dates(date(2020, 1, 1), date(2032, 12, 31)),
       back=st.integers(0, 400))  # fmt: skip
def test_the_limit_says_the_same_as_the_day_it_is_due(kind: str, on: date, back: int) -> None:
    book, verified = Rulebook(shipped_rows()), on - timedelta(days=back)
    overdue = refresh_due(kind, verified, book, on) < on
    assert (verified < refresh_limit(kind, book, on)) is overdue
