"""What customers alike have: medians some customer really has, holders counted, small groups not told."""

from __future__ import annotations

import random
from statistics import median_low
from typing import Any

import pytest
from sqlalchemy import select

from lib.jobs.facts.peers import write_peers
from lib.kpi.frame import Frame
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Customer, CustomerQuarter, PeerQuarter
from lib.store.quarter import Quarter
from tests.cast import SmallBank, filled

QUARTER, LEAST = Quarter(2026, 4), 30


def member(place: int, **values: Any) -> CustomerQuarter:
    usual = {"kind": "personal", "tier": "gold", "age_band": "middle", "industry": "none", "closed": 0}
    return filled(CustomerQuarter, customer_id=5_000 + place, quarter=str(QUARTER), version=9, **{**usual, **values})


def peers(members: list[CustomerQuarter]) -> dict[tuple[str, str, str], PeerQuarter]:
    with bulk("refresh") as session:
        session.add_all(filled(Customer, customer_id=one.customer_id, number=f"N{one.customer_id}", kind=one.kind,
                               stage="customer", merged_into_id=None) for one in members)  # fmt: skip
        session.flush()
        session.add_all(members)
        session.flush()
        write_peers(session, Frame(QUARTER, 9, today(), None, rulebook(), "CNY", {}, ("personal",)))
    with bulk("test", write=False) as session:
        found = session.scalars(select(PeerQuarter).where(PeerQuarter.version == 9))
        return {(one.kind, one.tier, one.band): one for one in found}


@pytest.mark.parametrize("count", [LEAST, LEAST + 1])
def test_medians_and_holders(bank: SmallBank, count: int) -> None:
    chance = random.Random(count)
    amounts = [chance.choice([0, 5, -3, 10**12, 7_700]) for _ in range(count)]
    found = peers([
        member(n, aum_fen=amount, contribution_fen=n, initiated_count=n % 3, has_deposit=1, has_wealth=n % 2,
               has_card=0, has_loan=0)
        for n, amount in enumerate(amounts)
    ])  # fmt: skip
    assert set(found) == {("personal", "gold", "all"), ("personal", "gold", "middle")}
    group = found["personal", "gold", "middle"]
    assert (group.customers, group.aum_fen) == (count, median_low(amounts))
    assert group.contribution_fen == (count - 1) // 2
    assert (group.has_deposit, group.has_wealth, group.has_card) == (count, count // 2, 0)


def test_a_small_group_is_not_told_and_who_left_is_not_in_it(bank: SmallBank) -> None:
    assert peers([member(n, closed=int(n == 0)) for n in range(LEAST)]) == {}


def test_a_band_too_small_leaves_the_tier(bank: SmallBank) -> None:
    found = peers([member(n, age_band="young" if n < LEAST - 1 else "senior") for n in range(LEAST)])
    assert set(found) == {("personal", "gold", "all")}


def test_firms_are_grouped_by_industry(bank: SmallBank) -> None:
    found = peers([member(n, kind="corporate", age_band="none", industry="retail") for n in range(LEAST)])
    assert set(found) == {("corporate", "gold", "all"), ("corporate", "gold", "retail")}
