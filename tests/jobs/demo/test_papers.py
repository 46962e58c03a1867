"""Papers are valid and no two alike, however large the bank and however alike the people."""

from __future__ import annotations

from datetime import date

import numpy as np

from lib.jobs.demo import papers
from lib.work.identity import credit_problem, mobile_problem, resident_problem

CUSTOMERS = 1_200_000
# Places that share region and serial, and their neighbours.
PLACES = np.concatenate([np.arange(start, CUSTOMERS, papers._codes()) for start in range(40, 1000, 40)])


def test_people_born_on_one_day_still_have_different_numbers() -> None:
    one_day = np.full(len(PLACES), np.datetime64("1980-06-15"))
    births = papers.distinct_births(one_day, PLACES, CUSTOMERS)
    assert abs((births - one_day).astype(int)).max() <= CUSTOMERS // papers._codes() + 1
    numbers = papers.resident_numbers(births, np.full(len(PLACES), "F"), PLACES)
    assert len(set(numbers)) == len(numbers)
    assert not any(resident_problem(number, date(2026, 11, 22)) for number in numbers)


def test_the_first_customers_may_choose_their_birthday() -> None:
    places = np.arange(16)
    numbers = papers.resident_numbers(np.full(16, np.datetime64("1980-06-15")), np.full(16, "M"), places)
    others = papers.resident_numbers(
        np.full(len(PLACES), np.datetime64("1980-06-15")), np.full(len(PLACES), "M"), PLACES
    )
    assert not set(numbers) & set(others)


def test_codes_and_phones_and_numbers_are_valid_and_different() -> None:
    for made, problem in ((papers.credit_codes, credit_problem), (papers.mobile_numbers, mobile_problem)):
        found = made(PLACES)
        assert len(set(found)) == len(found) and not any(map(problem, found))
    assert len(set(papers.customer_numbers(PLACES))) == len(PLACES)
