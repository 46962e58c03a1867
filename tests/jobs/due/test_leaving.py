"""Items that ask why a customer left: once a loss, ended by an answer, void for who came back, on both engines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from lib.churn.leaving import ASK
from lib.jobs.due.leaving import write_leaving_items
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.quarter import Quarter
from tests.cast import FORMER, LI, OTHER, OWN, SOUTH, SmallBank
from tests.churn.rows import quarter_row

DAY = date(2026, 9, 30)
EVERYBODY = Chunk(0, 2**53)


def frame(day: date = DAY) -> Frame:
    return Frame(quarter=Quarter.of(day), version=1, cutoff=day, previous_version=None, book=rulebook(),
                 base_currency="CNY", rates={}, kinds=("personal",))  # fmt: skip


def written(day: date = DAY) -> dict[int, Any]:
    """The items after a run, by customer."""
    with bulk("refresh") as session:
        write_leaving_items(session, frame(day), EVERYBODY)
    with bulk("look", write=False) as session:
        return {row.customer_id: row for row in session.scalars(select(m.DueItem).where(m.DueItem.kind == ASK))}


def change(customer: int, **columns: Any) -> None:
    with bulk("set") as session:
        session.execute(update(m.Customer).where(m.Customer.customer_id == customer).values(columns))


def test_a_closed_customer_without_a_reason_is_asked_once(bank: SmallBank) -> None:
    change(FORMER, closed_on=date(2026, 9, 10))
    found = written()
    assert set(found) == {FORMER}
    item = found[FORMER]
    assert (item.due_on, item.owner_id, item.branch_id, item.about_on) == (
        date(2026, 10, 10), LI, SOUTH, date(2026, 9, 10))  # fmt: skip
    again = written(DAY + timedelta(days=5))
    assert again[FORMER].id == item.id and len(again) == 1


def test_of_whom_the_reason_is_known_nobody_asks(sqlite_bank: SmallBank) -> None:
    change(FORMER, closed_on=date(2026, 9, 10), leaving_reason="price")
    assert written() == {}


def test_how_it_showed_is_still_asked(sqlite_bank: SmallBank) -> None:
    change(FORMER, closed_on=date(2026, 9, 10), leaving_reason="closed")
    assert set(written()) == {FORMER}


def test_who_left_too_long_ago_is_left_alone(sqlite_bank: SmallBank) -> None:
    change(FORMER, closed_on=DAY - timedelta(days=180))
    assert set(written()) == {FORMER}
    change(FORMER, closed_on=DAY - timedelta(days=181))
    with bulk("clear") as session:
        session.rows(m.DueItem.__table__.delete().where(m.DueItem.kind == ASK))
    assert written() == {}


def test_a_wish_to_be_left_alone_is_obeyed(sqlite_bank: SmallBank) -> None:
    change(FORMER, closed_on=date(2026, 9, 10), do_not_contact=True)
    assert written() == {}


def test_an_answer_ends_it_and_it_is_not_asked_again(bank: SmallBank) -> None:
    change(FORMER, closed_on=date(2026, 9, 10))
    written()
    change(FORMER, leaving_reason="moved", leaving_said_by=LI)
    item = written()[FORMER]
    assert (item.state, item.ended_by) == ("done", LI)


def test_who_came_back_is_not_asked(sqlite_bank: SmallBank) -> None:
    change(FORMER, closed_on=date(2026, 9, 10))
    written()
    change(FORMER, stage="customer", closed_on=None)
    item = written()[FORMER]
    assert (item.state, item.outcome) == ("dropped", "withdrawn")


def test_who_went_quiet_and_counts_as_lost_is_asked(bank: SmallBank) -> None:
    with bulk("facts") as session:
        session.add(quarter_row(OWN, lost=1, gone=1, lost_reason="dormant", opening_aum_fen=500))
        session.add(quarter_row(OTHER, branch_id=SOUTH))
    found = written()
    assert set(found) == {OWN}
    assert (found[OWN].due_on, found[OWN].value_fen) == (DAY, 500)


def test_a_question_stands_while_the_customer_is_gone_and_no_longer(bank: SmallBank) -> None:
    """The quarter after it counts nobody as lost again; who moves money once more is not asked."""
    with bulk("facts") as session:
        session.add(quarter_row(OWN, lost=1, gone=1, lost_reason="dormant"))
        session.add(quarter_row(OWN, quarter="2026Q4", lost=0, gone=1))
    written()
    item = written(date(2026, 10, 20))[OWN]
    assert (item.state, item.original_due_on) == ("open", DAY)
    with bulk("facts") as session:
        session.get_one(m.CustomerQuarter, (OWN, "2026Q4", 1)).gone = 0
    assert written(date(2026, 10, 25))[OWN].outcome == "withdrawn"
