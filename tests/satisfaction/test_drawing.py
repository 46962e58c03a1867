"""The draw: one-to-one, the same in Python and on both engines; and each reason to be left out, the first told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare
from sqlalchemy import BigInteger, literal, select, update

from lib.satisfaction.drawing import PRIME, REASONS, Asking, keys, rank, rank_sql, reason
from lib.satisfaction.rules import Fatigue
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.ids import new_id
from tests.cast import OTHER, OUTSIDER, OWN, PEER, SmallBank
from tests.satisfaction.rows import invited, nobody_asked

RULE = Fatigue(90, 30, 3)


@given(st.text(max_size=20), st.integers(1, 2**53), st.integers(1, 2**53))
def test_two_people_have_two_places(seed: str, one: int, other: int) -> None:
    assert (rank(seed, one) == rank(seed, other)) == (one % PRIME == other % PRIME)
    a, _b, c, _d = keys(seed)
    assert 0 < a < PRIME and 0 < c < PRIME and 0 <= rank(seed, one) < PRIME


def test_ids_in_a_row_fall_everywhere() -> None:
    """Ids grow with time: a draw that followed them would ask the oldest customers."""
    found = [rank("2026Q3", 1001 + i) * 20 // PRIME for i in range(20_000)]
    counts = [found.count(bin_) for bin_ in range(20)]
    assert chisquare(counts).pvalue > 0.001
    drawn = sorted(range(1001, 3001), key=lambda one: rank("2026Q3", one))[:500]
    assert 1900 < sum(drawn) / 500 < 2100


def test_another_seed_draws_others() -> None:
    def first(seed: str) -> set[int]:
        return set(sorted(range(1000), key=lambda one: rank(seed, one))[:100])

    assert first("a") == first("a") and len(first("a") & first("b")) < 30


def test_the_database_draws_the_same(bank: SmallBank) -> None:
    ids = [1, 2, PRIME - 1, PRIME, PRIME + 1, 2**53 - 1, new_id()]
    with bulk("test") as session:
        for one in ids:
            found = session.scalar(select(rank_sql("2026Q3", literal(one, BigInteger))))
            assert found == rank("2026Q3", one)


def why(customer: int, asking: Asking) -> str:
    with bulk("look", write=False) as session:
        return session.scalar(select(reason(asking)).where(m.Customer.customer_id == customer)) or ""


def asking(pulse: bool = False, channel: str = "online", survey: int | None = None) -> Asking:
    return Asking(today(), channel, RULE, survey, pulse)


def test_each_reason_in_its_order(bank: SmallBank) -> None:
    nobody_asked()
    assert why(OWN, asking()) == "" and why(OUTSIDER, asking()) == "not_customer"
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == PEER).values(phone_masked=None))
    assert (why(PEER, asking()), why(PEER, asking(channel="phone"))) == ("", "no_phone")
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == PEER).values(do_not_contact=True))
    assert why(PEER, asking(channel="phone")) == "do_not_contact"
    assert set(REASONS) == {"not_customer", "do_not_contact", "no_phone", "recent", "often", "not_drawn"}


@pytest.mark.parametrize(("days", "pulse", "said"), [
    (0, False, "recent"), (89, False, "recent"), (90, False, ""), (29, True, "recent"), (30, True, ""),
])  # fmt: skip
def test_asked_too_lately(sqlite_bank: SmallBank, days: int, pulse: bool, said: str) -> None:
    nobody_asked()
    invited(OWN, days)
    assert why(OWN, asking(pulse)) == said == RULE.why_not(days, 1, pulse=pulse)


def test_asked_too_often_in_a_year(bank: SmallBank) -> None:
    nobody_asked()
    for days in (100, 200, 364):
        invited(OWN, days)
    invited(OTHER, 366)
    assert (why(OWN, asking()), why(OTHER, asking())) == ("often", "")


def test_neither_its_own_invitation_nor_what_was_said_unasked_counts(sqlite_bank: SmallBank) -> None:
    nobody_asked()
    invited(OWN, 1, survey_id=7)
    invited(OTHER, 1, occasion="own")
    assert (why(OWN, asking(survey=7)), why(OWN, asking(survey=8)), why(OTHER, asking())) == ("", "recent", "")
