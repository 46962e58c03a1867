"""Who comes first: the stated order as a table, and the expression against the function, item by item."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from lib.care import ranking
from lib.care.ranking import Facts, Order, group_of, key_of, order_of
from lib.settings import business_now, today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.models import Customer, DueItem
from tests.cast import CUSTOMERS, SmallBank

WAN = 1_000_000
KINDS = [kind for kinds in ranking.KINDS.values() for kind in kinds] + ["other"]


@pytest.fixture
def order(sqlite_bank: SmallBank) -> Order:
    return order_of(rulebook(), today(), business_now())


def fact(kind: str, days: int = 0, value: int = 0, tier: str = "mass") -> Facts:
    return Facts(kind, today() + timedelta(days=days), value * WAN, tier)


def test_the_stated_order(order: Order) -> None:
    said = [
        fact("follow_up", -1), fact("follow_up", 0), fact("churn", 7, 500), fact("churn", -3, 20), fact("maturity", 2),
        fact("visit", 5, tier="private"), fact("visit", -30, tier="vip"), fact("visit", -20, tier="vip"),
        fact("meeting", 0, tier="basic"), fact("check", 0), fact("festival", 1), fact("birthday", 0),
        fact("capacity", -9), fact("refresh", -90), fact("other", -99),
    ]  # fmt: skip
    keys = [key_of(one, order) for one in said]
    assert keys == sorted(keys) and len(set(keys)) == len(keys)


@pytest.mark.parametrize(("first", "then"), [
    (fact("churn", 9, 11), fact("churn", 0, 10)),  # more at risk before earlier
    (fact("churn", 0, 10), fact("churn", 1, 10)),
    (fact("maturity", 1, 1), fact("maturity", 2, 900)),  # earlier before more
    (fact("maturity", 1, 2), fact("maturity", 1, 1)),
    (fact("visit", 3, tier="vip"), fact("visit", -90, tier="mass")),  # tier before day
    (fact("visit", -5, tier="vip"), fact("visit", -4, tier="vip")),
    (fact("visit", 0, tier="basic"), fact("visit", 0, tier="")),  # who has no tier comes last
    (fact("birthday", 0, tier="mass"), fact("birthday", 1, tier="private")),  # day before tier
    (fact("birthday", 0, tier="vip"), fact("birthday", 0, tier="mass")),
])  # fmt: skip
def test_within_a_group(order: Order, first: Facts, then: Facts) -> None:
    assert key_of(first, order) < key_of(then, order)


@pytest.mark.parametrize(("days", "group"), [(-1, "promise_overdue"), (0, "promise"), (3, "promise")])
def test_a_promise_is_overdue_the_day_after(days: int, group: str) -> None:
    assert group_of("follow_up", today() + timedelta(days=days), today()) == group


def test_every_group_has_a_place_and_one_the_rule_does_not_name_comes_last(order: Order) -> None:
    assert set(order.groups) == set(ranking.GROUPS)
    assert set(rulebook().value("today.order", today())) == set(ranking.GROUPS)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-10**6, 10**6), st.integers(0, 10**18),
                          st.sampled_from(["private", "vip", "basic", ""])), min_size=2))  # fmt: skip
def test_a_group_never_overtakes_another(found: list[tuple[str, int, int, str]]) -> None:
    groups = {group: place for place, group in enumerate(ranking.GROUPS)}
    order = Order(groups, {"private": 0, "vip": 1, "basic": 3}, date(2026, 6, 1), business_now())
    facts = [Facts(kind, date.fromordinal(max(1, order.on.toordinal() + days % 3000 - 1500)), value, tier)
             for kind, days, value, tier in found]  # fmt: skip
    facts.sort(key=lambda one: key_of(one, order))
    for before, after in pairwise(groups[group_of(one.kind, one.due_on, order.on)] for one in facts):
        assert before <= after


def test_the_database_orders_as_the_function_does(bank: SmallBank) -> None:
    of = order_of(rulebook(), today(), business_now())
    tiers: list[Any] = ["private", "vip", "potential", "mass", "strategic", "key", None, "basic"]
    with bulk("test") as session:
        session.rows(delete(DueItem))
        for customer_id, tier in zip(CUSTOMERS, tiers, strict=True):
            session.rows(update(Customer).where(Customer.customer_id == customer_id).values(tier=tier))
            for kind in KINDS:
                for days, value in ((-400, None), (-1, 0), (0, 5 * WAN), (1, 10**17), (30, 123_456_789)):
                    day = of.on + timedelta(days=days)
                    session.add(DueItem(customer_id=customer_id, id=new_id(), kind=kind, subject_key=f"{kind}{days}",
                                        due_on=day, original_due_on=day, state="open", value_fen=value))  # fmt: skip
    rows = (
        select(DueItem.kind, DueItem.due_on, DueItem.value_fen, Customer.tier, ranking.item_key(of).label("key"))
        .join(Customer, Customer.customer_id == DueItem.customer_id)
    )  # fmt: skip
    with bulk("test", write=False) as session:
        found = session.execute(rows).all()
    assert len(found) == len(CUSTOMERS) * len(KINDS) * 5
    wrong = [row for row in found if row.key != key_of(Facts(*row[:4]), of)]
    assert wrong == []
