"""Human numbers: a slip of the finger finds nobody, and none is given twice."""

from __future__ import annotations

from datetime import date
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis.strategies import integers
from sqlalchemy import select

from lib.store import numbers
from lib.store.models import CustomerNumber
from lib.store.numbers import checked, new_case_number, new_customer_number
from lib.store.session import open_session
from tests.cast import OTHER, SmallBank, case_number_of, number_of, scope

nine_digits = integers(100_000_000, 999_999_999)


def holds(number: str) -> bool:
    """Luhn, written down the other way: the weighted digits add up to a multiple of ten."""
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(number))]
    return sum(sum(map(int, str(value))) for value in doubled) % 10 == 0


def draw(monkeypatch: pytest.MonkeyPatch, *drawn: int) -> None:
    """These are the numbers that chance gives next, over and over."""
    given = cycle(drawn)
    monkeypatch.setattr(numbers.secrets, "randbelow", lambda most: next(given))


def test_known_vectors() -> None:
    assert checked(7992739871) == "79927398713"
    assert checked(0) == "00"


@given(nine_digits)
def test_the_check_digit_holds(digits: int) -> None:
    assert len(checked(digits)) == 10 and holds(checked(digits))


@given(nine_digits, integers(0, 9), integers(0, 9))
def test_one_wrong_digit_is_noticed(digits: int, place: int, wrong: int) -> None:
    number = checked(digits)
    slipped = number[:place] + str(wrong) + number[place + 1 :]
    assert holds(slipped) == (slipped == number)


def test_numbers_are_free_ones(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the one who asks cannot see who holds the number."""
    taken, free = int(number_of(OTHER)[:-1]) - 100_000_000, 42
    draw(monkeypatch, taken, free)
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        assert session.scalar(select(CustomerNumber.number).where(CustomerNumber.number == number_of(OTHER))) is None
        assert new_customer_number(session) == checked(100_000_042)


def test_a_case_number_carries_its_day(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    held = int(case_number_of(2003)[-5:])
    draw(monkeypatch, held, 7)
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        assert new_case_number(session, "T", date(2026, 3, 2)) == "T260302-00007"
