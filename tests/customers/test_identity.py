"""What an identity number says of its bearer: gender, age and its band."""

from datetime import date

import pytest

from lib.customers import identity
from lib.rulebook import Rulebook, shipped_rows

TODAY = date(2026, 11, 22)
BOOK = Rulebook(shipped_rows())


def test_the_seventeenth_digit_says_the_gender() -> None:
    assert identity.gender("11010519491231002X") == "F"
    assert identity.gender("110105194912310011") == "M"


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(1966, 11, 22), TODAY, 60),
        (date(1966, 11, 23), TODAY, 59),
    ],
)
def test_age_in_completed_years(born: date, on: date, age: int) -> None:
    assert identity.age_on(born, on) == age


def test_age_bands() -> None:
    assert identity.age_band(None, TODAY, BOOK) == "unknown"
    assert identity.age_band(date(2020, 1, 1), TODAY, BOOK) == "minor"
    assert identity.age_band(date(1930, 1, 1), TODAY, BOOK) == "60_plus"
