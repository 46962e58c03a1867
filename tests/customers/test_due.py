"""The day of the next verification (办法 §三.2)."""

from datetime import date

import pytest

from lib.customers.due import refresh_due
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
