"""The stored sums over the ledger: by the day booked, by whoever looks after the customer, and all of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, func, select, update

from lib.engagement.points.write import RedeemForm, redeem
from lib.jobs.facts.rollups import write_point_sums
from lib.kpi.frame import Frame
from lib.kpi.people import list_kind
from lib.kpi.points import POINTS, ledger_of
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.models import Customer, CustomerQuarter, MeasureQuarter, PointAccount, PointEntry
from lib.store.quarter import Quarter
from lib.store.session import open_session
from tests.cast import GAO, LI, NORTH, OTHER, OWN, PEER, SOUTH, SmallBank, filled, scope
from tests.engagement.points import ledger

NOW = Quarter.of(today())


@pytest.fixture(autouse=True)
def some_points(bank: SmallBank) -> None:
    """OWN 500 of which 200 redeemed, PEER 100, OTHER 70 of an earlier quarter; no facts but OWN's, with Gao then."""
    ledger.empty()
    with bulk("test") as session:
        for table in (MeasureQuarter, CustomerQuarter):
            session.rows(delete(table))
        session.add(filled(CustomerQuarter, customer_id=OWN, quarter=str(NOW), version=3, kind="personal", tier="vip",
                           manager_id=GAO, branch_id=NORTH))  # fmt: skip
    for customer, points in ((OWN, 500), (PEER, 100), (OTHER, 70)):
        ledger.given(customer, points, deed="survey:1")
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        redeem(session, OWN, RedeemForm("cinema_ticket", 1), "k")
    with bulk("test") as session:
        session.rows(update(PointEntry).where(PointEntry.customer_id == OTHER).values(booked_on=date(2026, 3, 1)))


def written(quarter: Quarter = NOW, merged: tuple[tuple[int, int], ...] = ()) -> dict[tuple[str, int, int], dict]:
    """(level, branch, person) → measure → value, of what is not zero."""
    frame = Frame(quarter, 3, min(today(), quarter.end), None, rulebook(), "CNY", {}, ("personal",), merged)
    with bulk("test") as session:
        write_point_sums(session, frame)
    t = MeasureQuarter
    found: dict[tuple[str, int, int], dict] = {}
    with bulk("test", write=False) as session:
        keys = (t.level, t.branch_id, t.staff_id, t.measure)
        for level, branch, staff, measure, value in session.execute(
            select(*keys, func.sum(t.value)).where(t.quarter == str(quarter)).group_by(*keys)
        ):
            if value:
                found.setdefault((level, branch, staff), {})[measure] = int(value)
    return found


def test_who_looked_after_whom_then_and_else_now(bank: SmallBank) -> None:
    assert written() == {
        ("manager", NORTH, GAO): {"points_issued": 600, "points_redeemed": 200, "points_outstanding": 400},
        ("manager", SOUTH, LI): {"points_outstanding": 70},
        ("branch", NORTH, 0): {"points_issued": 600, "points_redeemed": 200, "points_outstanding": 400},
        ("branch", SOUTH, 0): {"points_outstanding": 70},
        ("bank", 0, 0): {"points_issued": 600, "points_redeemed": 200, "points_outstanding": 470},
    }


def test_anew_is_not_twice(bank: SmallBank) -> None:
    assert written() == written()


def test_an_earlier_quarter_knows_what_was_booked_by_then(bank: SmallBank) -> None:
    assert written(Quarter(2026, 1))["bank", 0, 0] == {"points_issued": 70, "points_outstanding": 70}
    assert written(Quarter(2026, 2))["bank", 0, 0] == {"points_outstanding": 70}
    assert written(Quarter(2025, 4)) == {}


def test_a_merged_record_counts_for_the_one_it_was_merged_into(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == OTHER).values(merged_into_id=OWN))
    assert ("manager", SOUTH, LI) not in written()
    assert written()["manager", NORTH, GAO]["points_outstanding"] == 470


def test_the_banks_total_is_what_the_accounts_say(bank: SmallBank) -> None:
    with bulk("test", write=False) as session:
        owed = session.scalar(select(func.sum(PointAccount.balance)))
    assert written()["bank", 0, 0]["points_outstanding"] == owed


@pytest.mark.parametrize(
    ("login", "level", "owed"),
    [("crm.zhao", "bank", 470), ("exec.zhou", "bank", 470), ("head.wang", "branch", 400), ("head.zhu", "branch", 70),
     ("rm.gao", "manager", 400), ("rm.zhang", "manager", None), ("rm.zhang", "bank", None),
     ("care.chen", "bank", None)],
)  # fmt: skip
def test_everyone_reads_their_own_level(bank: SmallBank, login: str, level: str, owed: int | None) -> None:
    written()
    with open_session(scope(login), "test") as session:
        rows = session.execute(ledger_of(level, [(str(NOW), 3)])).all()
    assert {row.measure: row.value for row in rows}.get("points_outstanding") == owed


def test_no_list_stands_behind_them() -> None:
    assert {list_kind(measure) for measure in POINTS} == {""}
