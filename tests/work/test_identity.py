"""Identity numbers and phones: good ones pass, every single slip is caught."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.work import identity

TODAY = date(2026, 11, 22)
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


def test_the_birth_date_is_in_the_number() -> None:
    assert identity.birth_date(RESIDENT) == date(1949, 12, 31)
    assert identity.birth_date("110105194913310020") is None


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        (RESIDENT, True),
        ("E12345678", True),
        ("H60123456", True),
        ("11010519491231002", False),  # a resident's number with a digit lost is no passport
        ("E12", False),
        ("护照12345678", False),
        ("", False),
    ],
)
def test_papers_of_a_person(number: str, fits: bool) -> None:
    assert (identity.person_problem(number, TODAY) is None) == fits


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("138 1234 5678", True),
        ("12812345678", False),
        ("010-8888 6666", True),
        ("+86 10 88886666", True),
        ("400-810-0000", True),
        ("1381234567", False),
        ("88886666", False),
        ("95588", False),
        ("后门口", False),
        ("", False),
    ],
)
def test_numbers_to_call(number: str, fits: bool) -> None:
    assert (identity.phone_problem(number) is None) == fits


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("13812345678", True),
        ("138 1234-5678", True),
        ("11010519491231002x", True),
        ("91350100M000100Y43", True),
        ("1381234567", False),
        ("T260302-02001", False),
        ("张三", False),
        ("2026", False),
        ("", False),
    ],
)
def test_what_names_somebody(text: str, does: bool) -> None:
    assert identity.names_somebody(text) is does
