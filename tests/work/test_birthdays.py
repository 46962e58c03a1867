"""On which day a birthday is kept by either calendar, for one and in the store alike."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lib.store import models as m
from lib.store.bulk import bulk
from lib.work.birthdays import falls_on, kept_within, next_birthday, solar_keys
from tests.care.writing import given
from tests.cast import OWN, SmallBank


@pytest.mark.parametrize(("day", "keys"), [
    (date(2026, 2, 28), ["02-28", "02-29"]), (date(2028, 2, 28), ["02-28"]), (date(2028, 2, 29), ["02-29"]),
    (date(2026, 3, 1), ["03-01"]),
])  # fmt: skip
def test_who_was_born_on_a_leap_day(day: date, keys: list[str]) -> None:
    assert solar_keys(day) == keys


@pytest.mark.parametrize(("born", "lunar", "on", "day"), [
    (date(1980, 3, 5), None, date(2026, 3, 5), date(2026, 3, 5)),
    (date(1980, 3, 5), None, date(2026, 3, 6), date(2027, 3, 5)),
    (date(1980, 2, 29), None, date(2026, 2, 1), date(2026, 2, 28)),
    (date(1980, 2, 29), None, date(2028, 2, 1), date(2028, 2, 29)),
    (date(1955, 9, 30), "08-15", date(2026, 9, 1), date(2026, 9, 25)),
    (date(1955, 9, 30), "08-15", date(2026, 9, 26), date(2027, 9, 15)),
    (date(1960, 1, 28), "12-30", date(2026, 1, 1), date(2026, 2, 16)),
])  # fmt: skip
def test_the_next_birthday_and_the_store_s(bank: SmallBank, born: date, lunar: str | None, on: date, day: date) -> None:
    assert next_birthday(born, lunar, on) == day
    given(OWN, birth_date=born, lunar_birthday=lunar)
    ahead = (day - on).days
    with bulk("look", write=False) as session:
        mine = m.Customer.customer_id == OWN
        assert session.scalar(select(falls_on(on, ahead)).where(mine)) in (day, day.isoformat())
        assert session.scalar(select(m.Customer.customer_id).where(mine, kept_within(on, ahead))) == OWN
        if ahead:
            assert session.scalar(select(m.Customer.customer_id).where(mine, kept_within(on, ahead - 1))) is None
            assert session.scalar(select(falls_on(on, ahead - 1)).where(mine)) is None


def test_nobody_without_a_birth_date(bank: SmallBank) -> None:
    given(OWN, birth_date=None, lunar_birthday=None)
    with bulk("look", write=False) as session:
        mine = m.Customer.customer_id == OWN
        assert session.scalar(select(m.Customer.customer_id).where(mine, kept_within(date(2026, 1, 1), 366))) is None
