"""Reviews of suitability: one a person and quarter for the manager, dropped when nothing is left to review."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from lib.jobs.due.suitability import write_suitability_items
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.settings import today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from tests.cast import FIRM, FORMER, NORTH, OWN, PEER, ZHANG, SmallBank
from tests.products.rows import answered, given, holds, products

_ALL = Chunk(0, 2**53)


def made(on: date | None = None, chunk: Chunk = _ALL) -> int:
    day = on or today()
    frame = Frame(Quarter.of(day), 1, day, None, rulebook(), "CNY", {"USD": 7_000_000}, ("personal",))
    with bulk("refresh") as session:
        return write_suitability_items(session, frame, chunk)


def items() -> list[m.DueItem]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(m.DueItem).where(m.DueItem.kind == "suitability").order_by(m.DueItem.id)))


@pytest.fixture(autouse=True)
def ready(bank: SmallBank) -> None:
    products()
    with bulk("test") as session:
        session.execute(delete(m.DueItem))
    answered("C2", 100)
    holds("W4", currency="USD", amount_fen=100)
    holds("W1")


def test_one_for_who_holds_above_the_capacity(bank: SmallBank) -> None:
    assert made() == 1 and made() == 0
    [item] = items()
    assert (item.customer_id, item.owner_id, item.branch_id, item.state) == (OWN, ZHANG, NORTH, "open")
    assert item.due_on == item.original_due_on == today() + timedelta(days=30)
    start = Quarter.of(today()).start
    assert (item.subject_key, item.id) == (str(Quarter.of(today())), 10**11 + int(f"{start:%Y%m%d}") * 100)
    assert (item.by_rule, item.value_fen, item.version) == (True, 700, 1)


@pytest.mark.parametrize("days", [-1, 0])
def test_the_last_day_of_the_questionnaire_counts(bank: SmallBank, days: int) -> None:
    answered("C2", days)
    assert made() == (1 if days == 0 else 0)


@pytest.mark.parametrize("capacity", ["C4", "C5", None])
def test_nothing_for_who_may_hold_it_or_was_never_asked(bank: SmallBank, capacity: str | None) -> None:
    answered(capacity)
    assert made() == 0


def test_it_is_dropped_when_nothing_is_left_and_not_opened_again(bank: SmallBank) -> None:
    made()
    with bulk("test") as session:
        session.rows(update(m.Holding).values(ended_on=today() - timedelta(days=1)))
    assert made() == 1 and [item.state for item in items()] == ["dropped"]
    with bulk("test") as session:
        session.rows(update(m.Holding).values(ended_on=None))
    assert made() == 0  # settled in this quarter
    later = Quarter.of(today()).end + timedelta(days=1)
    given(risk_capacity_until=later)
    assert made(later) == 1 and [item.state for item in items()] == ["dropped", "open"]


def test_what_stands_open_is_not_doubled_by_the_next_quarter(bank: SmallBank) -> None:
    made()
    later = Quarter.of(today()).end + timedelta(days=1)
    given(risk_capacity_until=later)
    assert made(later) == 0 and len(items()) == 1


def test_neither_firms_nor_who_left_nor_merged_records(bank: SmallBank) -> None:
    for customer in (FIRM, FORMER):
        answered("C1", customer_id=customer)
        holds("W5", customer)
    given(merged_into_id=PEER)
    assert made() == 0


def test_only_of_the_chunk(bank: SmallBank) -> None:
    assert made(chunk=Chunk(PEER, 2**53)) == 0 and made(chunk=Chunk(OWN, OWN, (OWN,))) == 1
    with bulk("test") as session:
        session.rows(update(m.Holding).values(ended_on=today() - timedelta(days=1)))
    assert made(chunk=Chunk(PEER, 2**53)) == 0 and [item.state for item in items()] == ["open"]


def test_one_made_by_hand_is_left_alone(bank: SmallBank) -> None:
    answered("C5")
    with bulk("test") as session:
        session.add(m.DueItem(customer_id=OWN, id=5, kind="suitability", subject_key="x", due_on=today(),
                              original_due_on=today(), state="open", owner_id=ZHANG, by_rule=False))  # fmt: skip
    assert made() == 0 and items()[0].state == "open"
