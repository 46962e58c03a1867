"""The proposed rating: worked cases by hand, nothing guessed, ceilings hold, and better facts never rate worse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.customers.rating import FACTS, facts_of, propose, said, why
from lib.rulebook import Rulebook, shipped_rows
from lib.store.models import Customer, CustomerQuarter

DAY = date(2026, 11, 20)
BOOK = Rulebook(shipped_rows())
CLEAN = {"borrowed": 1, "arrears": 0, "settled_bad": 0}
ORDER = {"personal": ("low", "middle", "high"), "corporate": ("A", "B", "C", "D")}


def person(**fields: Any) -> Customer:
    return Customer(**{"kind": "personal", "income_fen": None, "occupation": None, "employer": None, **fields})


def quarter(**fields: Any) -> CustomerQuarter:
    return CustomerQuarter(**{"loans_fen": 0, "in_fen": 0, "out_fen": 0, "years": 3, **fields})


@pytest.mark.parametrize(
    ("customer", "loans", "credit", "facts"),
    [
        # 30 万元贷款，年收入 12 万元：250%
        (
            person(income_fen=12_000_000, occupation="教师", employer="一中"),
            30_000_000,
            CLEAN,
            ("clean", "employed", 250),
        ),
        (person(income_fen=12_000_000, occupation="自由职业"), 0, CLEAN, ("clean", "occupied", 0)),
        (person(income_fen=12_000_000), 0, CLEAN, ("clean", None, 0)),
        (person(occupation="教师", employer="一中"), 30_000_000, CLEAN, ("clean", None, None)),
        (person(), 0, {"borrowed": 0, "arrears": None, "settled_bad": None}, (None, None, 0)),
        (person(), 0, {"borrowed": 2, "arrears": 1, "settled_bad": 1}, ("arrears", None, 0)),
        (person(), 0, {"borrowed": 2, "arrears": 0, "settled_bad": 1}, ("settled_bad", None, 0)),
    ],
)
def test_facts_of_a_person(customer: Customer, loans: int, credit: Any, facts: tuple) -> None:
    found = facts_of(customer, [quarter(loans_fen=loans)], credit)
    assert tuple(found[fact] for fact in FACTS["personal"]) == facts


def test_facts_of_a_firm() -> None:
    firm = Customer(kind="corporate", industry="retail", total_assets_fen=1_000_000_00)
    past = [quarter(in_fen=10_000_000, out_fen=1)] + [quarter(in_fen=110, out_fen=100) for _n in range(3)]
    now = quarter(in_fen=70, out_fen=100, loans_fen=250_000_00, years=7)
    found = facts_of(firm, [*past, now], CLEAN)  # the last four quarters only: 400 in, 400 out
    assert found == {"credit": "clean", "industry": "retail", "flow_percent": 100, "debt_of_assets_percent": 25,
                     "years": 7}  # fmt: skip
    nothing = facts_of(Customer(kind="corporate", industry=None, total_assets_fen=None), [], CLEAN)
    assert {fact for fact, value in nothing.items() if value is None} == set(FACTS["corporate"]) - {"credit"}


def test_unknown_is_left_out_and_said() -> None:
    of = propose("personal", {"credit": "clean", "debt_percent": 350}, BOOK, "CNY", DAY)
    assert (of.rating, of.score, of.unknown) == ("low", (50 * 100 + 30 * 30) // 80, ("income_stability",))
    assert [(part.points, part.weight) for part in of.parts] == [(100, 62), (None, 0), (30, 37)]
    assert said("income_stability", None) == "不详"
    assert why(of) == "规则建议 低（73 分）：信用记录：无不良记录；债务与年收入：年收入的 350%"


def test_too_little_known_proposes_nothing() -> None:
    of = propose("corporate", {"credit": None, "industry": "retail", "years": 12}, BOOK, "CNY", DAY)
    assert (of.rating, of.score) == (None, None) and "credit" in of.unknown


def test_a_ceiling_is_named() -> None:
    of = propose("personal", {"credit": "arrears", "income_stability": "employed", "debt_percent": 0}, BOOK, "CNY", DAY)
    assert (of.rating, of.score, of.capped) == ("high", 50, "credit")


@given(st.sampled_from(["clean", "settled_bad", "arrears", None]), st.integers(0, 2000), st.integers(0, 2000))
def test_more_debt_never_rates_better(credit: str | None, one: int, other: int) -> None:
    less, more = sorted((one, other))
    ratings = [propose("personal", {"credit": credit, "income_stability": "employed", "debt_percent": debt}, BOOK,
                       "CNY", DAY).rating for debt in (less, more)]  # fmt: skip
    if None not in ratings:
        rank = ORDER["personal"].index
        assert rank(ratings[0]) <= rank(ratings[1])
    assert (ratings[0] is None) == (ratings[1] is None) == (credit is None)


@given(st.fixed_dictionaries({}, optional={
    "credit": st.sampled_from(["clean", "settled_bad", "arrears"]),
    "industry": st.sampled_from(["retail", "real_estate"]),
    "flow_percent": st.integers(0, 500), "debt_of_assets_percent": st.integers(0, 300), "years": st.integers(0, 40),
}))  # fmt: skip
def test_arrears_are_never_better_than_the_ceiling(facts: dict[str, Any]) -> None:
    of = propose("corporate", facts, BOOK, "CNY", DAY)
    assert of.rating in (None, *ORDER["corporate"]) and (of.rating is None) == (of.score is None)
    if facts.get("credit") == "arrears":
        assert of.rating in (None, "D")
