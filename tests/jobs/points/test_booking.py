"""What refresh books: each thing once, within its cap, on the record it belongs to; what expires; the sums."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lib.engagement.points.read import lots
from lib.engagement.points.write import RedeemForm, redeem
from lib.jobs.facts.members import Chunk
from lib.jobs.points.booking import book_points
from lib.kpi.frame import Frame
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import (
    Account,
    Customer,
    CustomerQuarter,
    Event,
    Holding,
    Invitation,
    LifeEvent,
    PointAccount,
    PointEntry,
    Referral,
    SurveyAnswer,
)
from lib.store.points import CUSTOMER
from lib.store.quarter import Quarter
from lib.store.scope import Refused
from lib.store.session import open_session
from tests.cast import FIRM, FORMER, OTHER, OWN, PEER, PROSPECT, SmallBank, filled, scope
from tests.engagement.points import ledger

ALL = Chunk(0, 2**53)
DAY = date(2026, 11, 20)
WAN = 1_000_000


@pytest.fixture(autouse=True)
def nothing_happened(bank: SmallBank) -> None:
    ledger.empty()
    with bulk("test") as session:
        for table in (Holding, Account, LifeEvent, SurveyAnswer, CustomerQuarter, Referral, Invitation):
            session.rows(delete(table))
        session.rows(update(Customer).values(opened_on=DAY, referred_by_id=None))


def book(on: date = DAY, past: tuple[tuple[str, int], ...] = ()) -> int:
    frame = Frame(Quarter.of(on), 1, on, None, rulebook(), "CNY", {}, ("corporate", "personal"), past=past)
    with bulk("refresh") as session:
        return book_points(session, frame, ALL)


def add(*rows: Any) -> None:
    with bulk("test") as session:
        session.add_all(rows)


def customer(customer_id: int, **values: Any) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == customer_id).values(**values))


def holding(number: int, customer_id: int = OWN, **values: Any) -> Holding:
    said = {"category": "wealth", "amount_fen": WAN, "started_on": DAY, "product_id": 1, **values}
    return filled(Holding, customer_id=customer_id, id=number, **said)


def earned() -> dict[tuple[int, str], int]:
    """(customer, deed) → points, of everything earned."""
    e = PointEntry
    query = select(e.customer_id, e.deed, e.points).where(e.account == CUSTOMER, e.kind == "earn")
    with bulk("test", write=False) as session:
        return {(customer_id, deed): points for customer_id, deed, points in session.execute(query)}


def test_each_thing_is_worth_what_the_rule_says(bank: SmallBank) -> None:
    add(
        holding(1), holding(2, category="deposit"),
        filled(Account, customer_id=OWN, id=3, category="card", opened_on=DAY),
        filled(Account, customer_id=OWN, id=4, category="loan", opened_on=DAY),
        filled(Account, customer_id=OWN, id=5, category="deposit", opened_on=DAY),
        filled(LifeEvent, customer_id=PEER, id=6, kind="information_verified", happened_on=DAY),
        filled(LifeEvent, customer_id=PEER, id=7, kind="marriage", happened_on=DAY),
        filled(SurveyAnswer, customer_id=PEER, id=8, asked_on=DAY, answered_on=DAY, overall=4),
        filled(SurveyAnswer, customer_id=OTHER, id=9, asked_on=DAY),
        filled(Referral, customer_id=OTHER, referred_id=PEER, state="given", reward="points", reward_amount=500,
               ended_on=DAY),
        filled(Referral, customer_id=OTHER, referred_id=OWN, state="given", reward="gift", reward_amount=500,
               ended_on=DAY),
        filled(Event, id=70, starts_at=datetime(2026, 11, 19, 16, tzinfo=UTC)),
        filled(Invitation, customer_id=OTHER, event_id=70, state="attended"),
        filled(Invitation, customer_id=OWN, event_id=70, state="registered"),
        filled(CustomerQuarter, customer_id=OTHER, quarter="2026Q3", version=7, closed=0, tier="vip"),
        filled(CustomerQuarter, customer_id=PEER, quarter="2026Q3", version=6, closed=0, tier="vip"),
        filled(CustomerQuarter, customer_id=OWN, quarter="2026Q3", version=7, closed=0, tier="mass"),
    )  # fmt: skip
    customer(OWN, opened_on=date(2023, 11, 20))
    assert book(past=(("2026Q3", 7), ("2026Q2", 3))) == 10
    assert earned() == {
        (OWN, "bought:1"): 100, (OWN, "bought:2"): 50, (OWN, "bought:3"): 80, (OWN, "bought:4"): 100,
        (OWN, "anniversary:3"): 100, (PEER, "refreshed:6"): 50, (PEER, "survey:8"): 30, (OTHER, "aum:2026Q3"): 300,
        (OTHER, f"referral:{PEER}"): 500, (OTHER, "event:70"): 20,
    }  # fmt: skip
    assert ledger.balances() == {OWN: 430, PEER: 80, OTHER: 820} and ledger.adds_up()
    assert [one for one in ledger.sides(PEER) if one[0] == "survey:8"] == [
        ("survey:8", "customer", 30), ("survey:8", "issued", -30)]  # fmt: skip


def test_again_changes_nothing(bank: SmallBank) -> None:
    add(holding(1))
    assert [book(), book(), book(DAY + timedelta(days=1))] == [1, 0, 0]
    assert ledger.balances() == {OWN: 100} and ledger.adds_up()


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (99, True), (100, False)])
def test_only_what_happened_lately(bank: SmallBank, days: int, counts: bool) -> None:
    add(holding(1, started_on=DAY - timedelta(days=days)))
    assert book() == int(counts)


@pytest.mark.parametrize(("fen", "counts"), [(WAN - 1, False), (WAN, True)])
def test_small_products_earn_nothing(bank: SmallBank, fen: int, counts: bool) -> None:
    add(holding(1, amount_fen=fen))
    assert book() == int(counts)


def test_the_cap_holds_over_runs_and_begins_anew_with_the_quarter(bank: SmallBank) -> None:
    add(*(holding(n, started_on=date(2026, 10, n)) for n in (1, 2)), holding(9, started_on=date(2026, 9, 30)))
    assert book(date(2026, 10, 2)) == 3
    add(*(holding(n, started_on=date(2026, 10, n)) for n in (3, 4, 5)), *(holding(n + 20, OTHER) for n in range(5)))
    assert book() == 1 + 3
    assert sorted(deed for who, deed in earned() if who == OWN) == ["bought:1", "bought:2", "bought:3", "bought:9"]
    assert book() == 0


@pytest.mark.parametrize("who", [FIRM, FORMER, PROSPECT])
def test_firms_and_those_who_are_no_customers_take_no_part(bank: SmallBank, who: int) -> None:
    add(holding(1, who), filled(LifeEvent, customer_id=who, id=2, kind="information_verified", happened_on=DAY))
    customer(who, opened_on=date(2025, 11, 20))
    assert book() == 0


@pytest.mark.parametrize(
    ("opened", "on", "deed"),
    [
        (date(2025, 11, 20), DAY, "anniversary:1"),
        (date(2025, 11, 21), DAY, None),
        (date(2024, 2, 29), date(2026, 2, 28), None),
        (date(2024, 2, 29), date(2026, 3, 1), "anniversary:2"),
        (date(2020, 8, 1), DAY, None),
        (date(2020, 8, 13), DAY, "anniversary:6"),
    ],
)
def test_years_with_the_bank(bank: SmallBank, opened: date, on: date, deed: str | None) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).values(opened_on=None))
    customer(OWN, opened_on=opened)
    book(on)
    assert list(earned()) == ([(OWN, deed)] if deed else [])


def test_a_merge_earns_nothing_twice(bank: SmallBank) -> None:
    add(holding(1, PEER))
    book()
    customer(PEER, merged_into_id=OWN, opened_on=date(2025, 11, 20))
    add(holding(2, PEER))
    assert book() == 1  # what is booked on the old number since; no anniversary of its own
    assert ledger.balances() == {PEER: 200}


def test_points_expire_after_their_last_day_the_earliest_used_first(bank: SmallBank) -> None:
    ledger.given(OWN, 300, date(2026, 11, 19))
    ledger.given(OWN, 500, date(2026, 11, 20))
    ledger.given(OWN, 50, date(2027, 12, 31))
    with open_session(scope("rm.zhang"), "engagement", write=True) as session:
        redeem(session, OWN, RedeemForm("cinema_ticket", 1), "k")
    assert book(date(2026, 11, 19)) == 0
    assert book(DAY) == 1
    assert ledger.balances() == {OWN: 550} and ledger.adds_up()
    assert ("expire:2026-11-20", "expired", 100) in ledger.sides(OWN)
    assert [book(DAY), book(DAY + timedelta(days=1)), book(DAY + timedelta(days=2))] == [0, 1, 0]
    assert ledger.balances() == {OWN: 50}
    with bulk("test", write=False) as session:
        row = session.get_one(PointAccount, OWN)
        assert (row.expiring_on, row.expiring) == (date(2027, 12, 31), 50)
        assert sum(lot.points for lot in lots(session, [OWN])[OWN]) == 50  # type: ignore[arg-type]


def test_all_used_leaves_nothing_to_expire(bank: SmallBank) -> None:
    ledger.given(OWN, 200, date(2026, 11, 19))
    with open_session(scope("rm.zhang"), "engagement", write=True) as session:
        redeem(session, OWN, RedeemForm("cinema_ticket", 1), "k")
    assert book() == 0 and ledger.adds_up()


def test_two_refreshes_at_once_book_once(bank: SmallBank) -> None:
    add(*(holding(n, who) for n, who in enumerate((OWN, PEER, OTHER) * 2, 1)))
    ledger.given(OWN, 100, DAY - timedelta(days=1))

    def one(_number: int) -> int:
        try:
            return book()
        except IntegrityError:  # the other was first; refresh looks again
            return book()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(4))) == 7
    assert ledger.balances() == {OWN: 200, PEER: 200, OTHER: 200} and ledger.adds_up()


def test_people_redeem_while_points_expire(bank: SmallBank) -> None:
    """Either is first; never are the same points used twice."""
    ledger.given(OWN, 500, today() - timedelta(days=1))
    ledger.given(OWN, 100)

    def person(number: int) -> int:
        try:
            with open_session(scope("rm.zhang"), "engagement", write=True) as session:
                redeem(session, OWN, RedeemForm("phone_credit", 1), f"k{number}")
        except Refused:
            return 0
        return 1

    with ThreadPoolExecutor(6) as threads:
        job = threads.submit(book, today())
        done = sum(threads.map(person, range(8)))
        job.result()
    assert ledger.adds_up()
    expired = sum(points for _deed, account, points in ledger.sides(OWN) if account == "expired")
    assert ledger.balances()[OWN] == 600 - 100 * done - expired and 1 <= done <= 6
