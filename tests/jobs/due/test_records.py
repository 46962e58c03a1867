"""Due items made by rules: each cycle once, ended by what was done, and never brought up again once settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from lib.customers.due import refresh_due
from lib.customers.refresh import verify
from lib.jobs.due import write_duplicate_items, write_refresh_items
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.settings import settings, today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Customer, DueItem
from lib.store.quarter import Quarter
from lib.store.session import open_session, save
from tests.cast import FIRM, FORMER, OTHER, OUTSIDER, OWN, PEER, PROSPECT, UNASSIGNED, ZHANG, SmallBank, scope

_ALL = Chunk(0, 2**53)


def frame(on: date | None = None) -> Frame:
    day = on or today()
    return Frame(Quarter.of(day), 1, day, None, rulebook(), "CNY", {}, ("corporate", "personal"))


def made(kind: str, on: date | None = None) -> int:
    with bulk("refresh") as session:
        of = frame(on)
        return write_duplicate_items(session, of) if kind == "duplicate" else write_refresh_items(session, of, _ALL)


def items(kind: str, customer_id: int | None = None) -> list[DueItem]:
    query = select(DueItem).where(DueItem.kind == kind).order_by(DueItem.customer_id, DueItem.due_on)
    if customer_id is not None:
        query = query.where(DueItem.customer_id == customer_id)
    with bulk("test", write=False) as session:
        return list(session.scalars(query))


def given(customer_id: int, **values: object) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == customer_id).values(**values))


@pytest.fixture(autouse=True)
def nothing_due(bank: SmallBank) -> None:
    """Everybody was verified today, but who the test is about; nothing stands from before."""
    with bulk("test") as session:
        session.rows(update(Customer).values(verified_on=today()))
        session.rows(update(DueItem).where(DueItem.kind == "refresh").values(kind="visit"))


def test_a_cycle_makes_one_item_for_the_manager(bank: SmallBank) -> None:
    given(OWN, verified_on=date(2026, 3, 31))
    assert made("refresh") == 1
    [item] = items("refresh")
    assert (item.customer_id, item.owner_id, item.due_on, item.original_due_on) == (
        OWN, ZHANG, date(2026, 9, 30), date(2026, 9, 30))  # fmt: skip
    assert (item.state, item.by_rule, item.version, item.subject_key) == ("open", True, 1, "2026-09-30")
    assert made("refresh") == 0


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_it_is_listed_thirty_days_ahead(bank: SmallBank, days: int) -> None:
    due = refresh_due("personal", date(2026, 2, 15), rulebook(), today())
    given(OWN, verified_on=date(2026, 2, 15))
    assert made("refresh", due - timedelta(days=30) + timedelta(days=days)) == (1 if days >= 0 else 0)


def test_a_firm_is_due_after_a_quarter_and_who_was_never_verified_after_being_entered(bank: SmallBank) -> None:
    given(FIRM, verified_on=date(2026, 6, 30))
    given(UNASSIGNED, verified_on=None)
    made("refresh")
    assert [(one.customer_id, one.due_on) for one in items("refresh")] == [
        (UNASSIGNED, date(2025, 7, 6)), (FIRM, date(2026, 9, 30))]  # fmt: skip


def test_nobody_but_living_customers(bank: SmallBank) -> None:
    for customer_id in (FORMER, OUTSIDER, PROSPECT):
        given(customer_id, verified_on=date(2020, 1, 1))
    given(OTHER, verified_on=date(2020, 1, 1), merged_into_id=OWN)
    assert made("refresh") == 0


def test_verified_by_the_manager_ends_it_and_the_next_cycle_makes_another(bank: SmallBank) -> None:
    given(OWN, verified_on=date(2026, 3, 31))
    made("refresh")
    with open_session(scope("rm.zhang"), "portrait", write=True) as session:
        verify(session, OWN, session.scalars(select(Customer.version).where(Customer.customer_id == OWN)).one())
    [item] = items("refresh")
    assert (item.state, item.ended_by) == ("done", ZHANG)
    assert made("refresh") == 0
    later = refresh_due("personal", today(), rulebook(), today())
    assert made("refresh", later) >= 1
    assert [one.state for one in items("refresh", OWN)] == ["done", "open"]


def test_verified_elsewhere_ends_it_too(bank: SmallBank) -> None:
    given(OWN, verified_on=date(2026, 3, 31))
    made("refresh")
    given(OWN, verified_on=today(), verified_by=ZHANG)
    assert made("refresh") == 1
    [item] = items("refresh")
    assert (item.state, item.ended_by, item.version) == ("done", ZHANG, 2)


def test_left_the_bank_is_dropped(bank: SmallBank) -> None:
    given(OWN, verified_on=date(2026, 3, 31))
    made("refresh")
    given(OWN, stage="former")
    made("refresh")
    assert [one.state for one in items("refresh")] == ["dropped"]


def test_dropped_by_hand_it_stays_so_for_the_cycle(bank: SmallBank) -> None:
    given(OWN, verified_on=date(2026, 3, 31))
    made("refresh")
    with open_session(scope("head.wang"), "portrait", write=True) as session:
        item = session.scalars(select(DueItem).where(DueItem.customer_id == OWN, DueItem.kind == "refresh")).one()
        save(session, item, item.version, {"state": "dropped", "outcome": "客户在国外"})
    assert made("refresh") == 0


def phone(customer_id: int, value: str = "P") -> None:
    given(customer_id, phone_hash=value)


@pytest.fixture
def settled(bank: SmallBank) -> None:
    """The cast shares no birth dates and no phones."""
    made("duplicate")
    assert items("duplicate") == []


def test_one_phone_is_a_pair_on_the_older_record_once(bank: SmallBank, settled: None) -> None:
    phone(OWN), phone(OTHER)
    assert made("duplicate") == 1
    [item] = items("duplicate")
    assert (item.customer_id, item.id, item.subject_key, item.owner_id) == (OWN, -OTHER, str(OTHER), ZHANG)
    assert made("duplicate") == 0


def test_a_name_with_birth_date_or_a_firms_name(bank: SmallBank, settled: None) -> None:
    given(PEER, name="欧阳小明", birth_date=date(1980, 1, 1))
    given(OWN, birth_date=date(1980, 1, 2))
    given(UNASSIGNED, kind="corporate", name="江河机械有限公司")
    made("duplicate")
    assert [(one.customer_id, -one.id) for one in items("duplicate")] == [(UNASSIGNED, FIRM)]
    given(OWN, birth_date=date(1980, 1, 1))
    made("duplicate")
    assert (OWN, PEER) in [(one.customer_id, -one.id) for one in items("duplicate")]


def test_a_switchboard_a_firm_and_an_outsider_are_no_duplicates(bank: SmallBank, settled: None) -> None:
    phone(OWN), phone(FIRM), phone(OUTSIDER)
    assert made("duplicate") == 0
    for customer_id in (PEER, UNASSIGNED, OTHER, FORMER, PROSPECT):
        phone(customer_id)
    assert made("duplicate") == 0  # six people


def test_merged_or_changed_it_is_settled_and_settled_it_stays(bank: SmallBank, settled: None) -> None:
    phone(OWN), phone(OTHER)
    made("duplicate")
    phone(OTHER, "Q")
    assert made("duplicate") == 1
    assert [one.state for one in items("duplicate")] == ["done"]
    phone(OTHER)
    assert made("duplicate") == 0


def test_on_a_historical_day_the_items_are_of_that_day(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_AS_OF", "2026-03-31")
    settings.cache_clear()
    given(OWN, verified_on=date(2025, 8, 1))
    made("refresh")
    with open_session(scope("rm.zhang"), "portrait") as session:
        mine = select(DueItem.due_on).where(DueItem.customer_id == OWN, DueItem.kind == "refresh")
        assert session.scalars(mine).all() == [date(2026, 2, 1)]
