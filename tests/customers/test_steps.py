"""Next best steps: when each is proposed, in which order, and never what must not be said to a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.customers.situation import next_birthday
from lib.customers.steps import Maturing, OnSale, Situation, next_steps
from lib.rulebook import Rulebook, shipped_rows

BOOK, TODAY = Rulebook(shipped_rows()), date(2026, 11, 23)
SALE = (OnSale("活期宝", "deposit", None), OnSale("稳盈", "wealth", "R2"), OnSale("进取", "wealth", "R4"),
        OnSale("白金卡", "card", None), OnSale("消费贷", "loan", None))  # fmt: skip
#: somebody for whom nothing is to be done
QUIET = Situation(
    "personal", "vip", date(2020, 1, 1), capacity="C3", capacity_until=TODAY + timedelta(days=200), invests=True,
    reached=TODAY, refresh_due=TODAY + timedelta(days=90), on_sale=SALE,
)  # fmt: skip


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def keys(of: Situation) -> list[str]:
    return [step.key for step in next_steps(of, BOOK, TODAY)]


def test_nothing_to_do_is_nothing() -> None:
    assert keys(QUIET) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"capacity_until": days(30)}, []),
        ({"capacity_until": days(29)}, ["capacity"]),
        ({"capacity_until": days(-1)}, ["capacity"]),
        ({"capacity": None, "capacity_until": None}, ["capacity"]),
        ({"capacity_until": days(-1), "invests": False}, []),
        ({"capacity_until": days(-1), "kind": "corporate", "met": TODAY}, []),
        ({"maturing": (Maturing("稳盈", "wealth", days(30)),)}, ["maturity"]),
        ({"maturing": (Maturing("稳盈", "wealth", days(31)),)}, []),
        ({"maturing": (Maturing("稳盈", "wealth", days(3)),), "planned": frozenset({"visit"})}, []),
        ({"watch": 1}, ["watch"]),
        ({"has_phone": False}, ["phone"]),
        ({"unreached": 2}, []),
        ({"unreached": 3}, ["phone"]),
        ({"reached": days(-59)}, []),
        ({"reached": days(-60)}, ["visit"]),
        ({"reached": None}, ["visit"]),
        ({"reached": days(-60), "planned": frozenset({"visit"})}, []),
        ({"tier": None, "reached": None}, []),
        ({"kind": "corporate", "tier": None, "met": date(2026, 9, 8)}, []),
        ({"kind": "corporate", "tier": None, "met": date(2026, 9, 7)}, ["meeting"]),
        ({"kind": "corporate", "tier": None}, ["meeting"]),
        ({"refresh_due": days(30)}, ["verify"]),
        ({"refresh_due": days(31)}, []),
        ({"refresh_due": days(-9), "planned": frozenset({"refresh"})}, []),
        ({"refresh_due": None}, []),
        ({"birthday": days(7)}, ["birthday"]),
        ({"birthday": days(8)}, []),
        ({"lacks": (("wealth", 40),)}, ["offer"]),
        ({"lacks": (("wealth", 39),)}, []),
        ({"lacks": (("loan", 80),), "rating": "high"}, []),
        ({"lacks": (("wealth", 80),), "complaint": True}, []),
        ({"lacks": (("wealth", 80),), "no_automated_advice": True}, []),
        ({"lacks": (("wealth", 80), ("card", 50)), "capacity_until": days(-1), "invests": False}, ["offer"]),
        ({"watch": 1, "reached": None, "do_not_contact": True}, []),
    ],
)  # fmt: skip
def test_when_each_is_proposed(changed: dict[str, object], said: list[str]) -> None:
    assert keys(replace(QUIET, **changed)) == said


def test_at_most_three_by_the_order_of_the_rule() -> None:
    everything = replace(
        QUIET, capacity_until=days(-1), maturing=(Maturing("定期", "deposit", days(2)),), watch=2, unreached=9,
        reached=None, refresh_due=days(-5), birthday=days(1), lacks=(("card", 90),),
    )  # fmt: skip
    assert keys(everything) == ["capacity", "maturity", "watch"]


def test_a_step_says_its_figures_and_what_fits() -> None:
    of = replace(QUIET, maturing=(Maturing("稳盈一期", "wealth", days(5)), Maturing("定期", "deposit", days(9))))
    [step] = next_steps(of, BOOK, TODAY)
    assert "稳盈一期 于 2026-11-28 到期，另有 1 笔" in step.reason
    assert (step.products, step.due_on, step.act) == (("稳盈",), days(5), "visit")


LEVELS = st.sampled_from([None, "1", "2", "3", "4", "5"])
SOME_DAY = st.none() | st.integers(-400, 400).map(days)
SITUATIONS = st.builds(
    Situation,
    kind=st.sampled_from(["personal", "corporate"]),
    tier=st.sampled_from([None, "vip", "mass", "strategic"]),
    since=st.integers(-4000, 0).map(days),
    watch=st.integers(0, 2),
    capacity=LEVELS.map(lambda n: n and f"C{n}"),
    capacity_until=SOME_DAY,
    invests=st.booleans(),
    rating=st.sampled_from([None, "low", "high", "D"]),
    do_not_contact=st.booleans(),
    no_automated_advice=st.booleans(),
    complaint=st.booleans(),
    has_phone=st.booleans(),
    reached=SOME_DAY,
    met=SOME_DAY,
    unreached=st.integers(0, 5),
    refresh_due=SOME_DAY,
    birthday=SOME_DAY,
    maturing=st.lists(
        st.builds(Maturing, st.just("到期品"), st.sampled_from(["deposit", "wealth"]), st.integers(0, 60).map(days)),
        max_size=3,
    ),
    lacks=st.lists(st.tuples(st.sampled_from(["deposit", "wealth", "card", "loan"]), st.integers(0, 100)), max_size=4),
    on_sale=st.lists(
        st.builds(lambda category, level: OnSale(f"{category}/{level or 0}", category, level and f"R{level}"),
                  st.sampled_from(["deposit", "wealth", "card", "loan"]), LEVELS), max_size=8),
    planned=st.frozensets(st.sampled_from(["visit", "refresh"])),
)  # fmt: skip


@given(SITUATIONS)
def test_never_above_the_risk_capacity_nor_against_the_customers_will(of: Situation) -> None:
    steps = next_steps(of, BOOK, TODAY)
    assert len(steps) <= 3
    assert not (of.do_not_contact and steps)
    for step in steps:
        assert step.reason and step.due_on >= TODAY
        if of.no_automated_advice or of.complaint:
            assert step.products == ()
        for product in step.products:
            level = int(product.rsplit("/", 1)[1])
            if level:
                assert of.capacity is not None and level <= int(of.capacity[1:])
                assert of.capacity_until is not None and of.capacity_until >= TODAY


@pytest.mark.parametrize(
    ("born", "on", "then"),
    [
        (date(1980, 11, 23), TODAY, TODAY),
        (date(1980, 11, 22), TODAY, date(2027, 11, 22)),
        (date(1980, 1, 5), TODAY, date(2027, 1, 5)),
        (date(1980, 2, 29), TODAY, date(2027, 2, 28)),
        (date(1980, 2, 29), date(2028, 1, 1), date(2028, 2, 29)),
        (None, TODAY, None),
    ],
)
def test_the_next_birthday(born: date | None, on: date, then: date | None) -> None:
    assert next_birthday(born, on) == then
