"""The comparison of those who came with those who did not: from stored facts, within reach, honest about small n."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from lib.engagement.result import Comparison, Group, compare
from lib.store.bulk import bulk
from lib.store.models import CustomerQuarter
from lib.store.session import open_session
from tests.cast import FIRM, OWN, PEER, UNASSIGNED, SmallBank, filled, scope
from tests.engagement.rows import let_pass, planned, registered, ticked

BEFORE, AFTER = ("2026Q2", 1), ("2026Q3", 1)
#: customer → AUM and product categories before and after
FACTS = {OWN: (100_00, 1, 160_00, 2), PEER: (200_00, 1, 210_00, 1), FIRM: (50_00, 1, 40_00, 1)}


def facts() -> None:
    with bulk("test") as session:
        session.rows(delete(CustomerQuarter))
        for customer, (before, some, after, more) in FACTS.items():
            for (quarter, version), aum, n in ((BEFORE, before, some), (AFTER, after, more)):
                session.add(filled(CustomerQuarter, customer_id=customer, quarter=quarter, version=version, aum_fen=aum,
                                   categories=n))  # fmt: skip


def test_sums_of_both_groups_with_facts_in_both_quarters(bank: SmallBank) -> None:
    facts()
    event_id = planned(seats=5)
    for customer in (OWN, PEER, FIRM, UNASSIGNED):  # the last has no facts
        registered(event_id, customer)
    let_pass(event_id)
    ticked(event_id, {OWN: True, UNASSIGNED: True})
    with open_session(scope("head.wang"), "test") as session:
        found = compare(session, event_id, BEFORE, AFTER)
    assert found.came == Group(1, 100_00, 160_00, 1, 2, 3600.0)
    assert found.stayed_away == Group(2, 250_00, 250_00, 2, 2, 200.0)
    assert found.difference == 60_00 and found.interval is None  # too few for an interval
    with open_session(scope("rm.zhang"), "test") as session:
        assert compare(session, event_id, BEFORE, AFTER).stayed_away.n == 1  # the own one alone
    with open_session(scope("care.chen"), "test") as session:
        assert compare(session, event_id, BEFORE, AFTER).came.n == 0  # no facts for a narrow view


def test_the_interval_is_that_of_two_means() -> None:
    came = Group(10, 0, 1_000_00, 0, 0, 12_000.0)  # mean 100 yuan, variance (12000 − 100000)… never below zero
    assert came.variance == 0.0
    one, other = Group(10, 0, 1_000_00, 0, 0, 190_000.0), Group(20, 0, 0, 0, 0, 38_000.0)
    assert one.variance == pytest.approx(10_000 * 10_000) and other.variance == pytest.approx(2_000 * 10_000)
    low, high = Comparison(one, other).interval or (0, 0)
    assert (low + high) / 2 == pytest.approx(100_00) and high - low == pytest.approx(2 * 1.96 * (1_100 * 10_000) ** 0.5)
    assert Comparison(Group(9, 0, 0, 0, 0, 1.0), other).interval is None
