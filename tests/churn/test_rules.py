"""The churn score: the database and the explanation give one number; a worse fact never lowers it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lib.churn import rules
from lib.rulebook import Rulebook, shipped_rows
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from tests.cast import SmallBank
from tests.churn.rows import quarter_row

BOOK = Rulebook(shipped_rows())
CARD = rules.card(BOOK, "CNY", date(2026, 9, 30))
#: which way each fact is worse
WORSE = {"activity_percent": -1, "aum_percent": -1, "quiet_quarters": 1, "ending_percent": 1, "complaints_open": 1,
         "complaints_bad": 1, "contact_days": 1, "years": -1}  # fmt: skip
facts = st.fixed_dictionaries({fact: st.integers(0, 500) for fact in rules.FACTS})
UNKNOWN = ("activity_percent", "aum_percent", "contact_days", "years")


def test_the_rule_looks_at_known_facts_alone() -> None:
    assert {one.fact for one in CARD.factors} == set(rules.FACTS) == set(WORSE)


@given(facts, st.sampled_from(rules.FACTS), st.integers(1, 500))
def test_a_worse_fact_never_lowers_the_score(said: dict[str, int], fact: str, by: int) -> None:
    worse = {**said, fact: max(0, said[fact] + WORSE[fact] * by)}
    assert CARD.total(worse) >= CARD.total(said)


@given(facts, st.sets(st.sampled_from(UNKNOWN)))
def test_the_score_lies_between_0_and_100_whatever_is_unknown(said: dict[str, Any], unknown: set[str]) -> None:
    assert 0 <= CARD.total({**said, **dict.fromkeys(unknown)}) <= 100


def drawn(seed: int) -> dict[str, Any]:
    """Columns of a quarter: zero, edges, unknown and large ones among them."""
    pick = [0, 1, 2, 3, 12, 90, 365]
    at = [pick[(seed * step + seed // 7) % len(pick)] for step in (1, 2, 3, 4, 5, 6)]
    return {
        "initiated_count": at[0], "past_quarters": seed % 5, "past_initiated": at[1] * (seed % 5), 
        "quiet_quarters": at[2] % 4,
        "aum_fen": at[3] * 10**12, "peak_aum_fen": at[4] * 10**12, "ending_fen": at[5] * 10**12,
        "complaints_open": seed % 3, "complaints_bad": (seed // 3) % 3,
        "contact_days": None if seed % 4 == 0 else at[0] * 3, "years": seed % 12,
    }  # fmt: skip


def facts_by_hand(c: dict[str, Any], passed: rules.Passed) -> dict[str, Any]:
    """The definitions of the facts, written down once more."""
    quarters, before, peak, aum = c["past_quarters"], c["past_initiated"], c["peak_aum_fen"], c["aum_fen"]
    known = quarters > 0 and before >= quarters
    activity = c["initiated_count"] * 100 * passed.of * quarters // (before * passed.days) if known else None
    same = ("quiet_quarters", "complaints_open", "complaints_bad", "contact_days", "years")
    return {
        "activity_percent": activity, "aum_percent": aum * 100 // peak if peak else None,
        "ending_percent": min(100, c["ending_fen"] * 100 // aum) if aum else 0, **{name: c[name] for name in same},
    }  # fmt: skip


@pytest.mark.parametrize("passed", [rules.Passed(), rules.Passed(60, 92)])
def test_the_database_and_the_explanation_give_one_number(bank: SmallBank, passed: rules.Passed) -> None:
    given_ = {seed + 5000: drawn(seed) for seed in range(120)}
    with bulk("churn tests") as session:
        for customer_id, columns in given_.items():
            session.add(m.Customer(customer_id=customer_id, number=f"X{customer_id}", kind="personal", name="某",
                                   stage="customer", known_since=date(2020, 1, 1)))  # fmt: skip
            session.add(quarter_row(customer_id, "2025Q1", **columns))
    expressions = rules.facts({column.key: getattr(m.CustomerQuarter, column.key)
                               for column in m.CustomerQuarter.__mapper__.column_attrs}, passed)  # fmt: skip
    columns_ = [expressions[one].label(one) for one in rules.FACTS]
    query = select(m.CustomerQuarter.customer_id, *columns_, CARD.total_sql(expressions).label("total"))
    with bulk("churn tests", write=False) as session:
        rows = session.execute(query.where(m.CustomerQuarter.quarter == "2025Q1")).all()
    assert len(rows) == len(given_)
    for row in rows:
        told = {one: row._mapping[one] for one in rules.FACTS}
        assert told == facts_by_hand(given_[row.customer_id], passed)
        assert row.total == CARD.total(told)


def test_a_running_quarter_is_compared_by_days() -> None:
    assert rules.Passed.by(date(2026, 11, 29), Quarter.parse("2026Q4")) == rules.Passed(60, 92)
    assert rules.Passed.by(date(2026, 9, 30), Quarter.parse("2026Q3")).days == 92
