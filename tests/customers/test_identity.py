"""Identity numbers: good ones pass, every single slip is caught, and what they say is right."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.customers import identity
from lib.rulebook import Rulebook, shipped_rows

TODAY = date(2026, 11, 22)
BOOK = Rulebook(shipped_rows())
RESIDENT = "11010519491231002X"
CREDIT = "91350100M000100Y43"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
digits17 = st.builds(
    lambda area, born, order: f"{area:06}{born:%Y%m%d}{order:03}",
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


def test_the_known_good_numbers() -> None:
    assert identity.resident_problem(RESIDENT, TODAY) is None
    assert identity.credit_problem(CREDIT) is None
    assert identity.mobile_problem("13812345678") is None


@pytest.mark.parametrize(
    "number",
    [
        "",
        RESIDENT[:-1],
        RESIDENT + "1",
        RESIDENT.lower(),
        "110105194912310021",
        "110105194913310020",
        "110105202702290027",
        "11010519491231002Y",
        "１１０１０５１９４９１２３１００２X",
        RESIDENT + "\n",
    ],
)
def test_no_resident_number(number: str) -> None:
    assert identity.resident_problem(number, TODAY)


def test_a_birth_date_in_the_future() -> None:
    first17 = "11010520261123002"
    number = first17 + identity.resident_check(first17)
    assert "2026-11-23" in (identity.resident_problem(number, TODAY) or "")
    assert identity.resident_problem(number, date(2026, 11, 23)) is None


@given(digits17, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(first17: str, place: int, shift: int) -> None:
    number = first17 + identity.resident_check(first17)
    assert identity.resident_problem(number, TODAY) is None
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert identity.resident_problem(wrong, TODAY)


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 30))
def test_one_wrong_character_of_a_credit_code_is_always_caught(first17: str, place: int, shift: int) -> None:
    number = first17 + identity.credit_check(first17)
    assert identity.credit_problem(number) is None
    other = ALPHABET[(ALPHABET.index(number[place]) + shift) % 31]
    assert identity.credit_problem(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("number", ["", CREDIT[:-1], CREDIT.lower(), "9135010OM000100Y43", CREDIT + " "])
def test_no_credit_code(number: str) -> None:
    assert identity.credit_problem(number)


@pytest.mark.parametrize(
    "number", ["", "12812345678", "1381234567", "138123456789", "1381234567a", "１３８１２３４５６７８"]
)
def test_no_mobile_number(number: str) -> None:
    assert identity.mobile_problem(number)


def test_tidy_makes_one_form() -> None:
    assert identity.tidy(" 110105 19491231\t002x ") == RESIDENT


def test_what_a_resident_number_says() -> None:
    assert identity.birth_date(RESIDENT) == date(1949, 12, 31)
    assert identity.gender(RESIDENT) == "F"
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
