"""Quarterly meetings: those held with what was agreed, and the firms that have had none, within reach (办法 §五.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from lib.care import meetings
from lib.settings import bank_day, business_now, today
from lib.store.bulk import bulk
from lib.store.models import Contact, Customer, DueItem
from lib.store.quarter import Quarter
from lib.store.session import open_session
from lib.work import due
from lib.work.contacts import ContactForm, log_contact
from tests.cast import FIRM, LI, OTHER, SOUTH, SmallBank, scope


@pytest.fixture
def firms(bank: SmallBank) -> SmallBank:
    """Two firms: Zhang's, and one of the other branch."""
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == OTHER).values(kind="corporate"))
        session.rows(update(Contact).values(purpose="visit"))
        session.rows(update(DueItem).values(kind="refresh"))
    return bank


def meet(outcome: str = "reached") -> None:
    day = bank_day(business_now())
    with open_session(scope("rm.zhang"), "care", write=True) as session:
        log_contact(session, FIRM, ContactForm(
            "visit", "meeting", outcome, business_now() - timedelta(minutes=1), note="谈了融资", attendees="财务总监",
            actions=(("送资料", day + timedelta(days=7)),) if outcome == "reached" else (),
        ), f"m-{outcome}")  # fmt: skip


def held(login: str, staff_id: int | None = None) -> list[tuple[str, str | None, list[str | None]]]:
    with open_session(scope(login), "care") as session:
        rows = session.execute(meetings.held(Quarter.of(today()), staff_id)).all()
        agreed = session.scalars(meetings.actions([row.id for row in rows])).all()
        return [(row.name, row.attendees, [one.title for one in agreed if one.contact_id == row.id]) for row in rows]


def without(login: str, staff_id: int | None = None) -> list[int]:
    with open_session(scope(login), "care") as session:
        return [row.customer_id for row in session.execute(meetings.without(Quarter.of(today()), staff_id))]


def test_a_meeting_with_what_was_agreed(firms: SmallBank) -> None:
    assert without("rm.zhang") == [FIRM]
    meet()
    said = [("江河机械有限公司", "财务总监", ["送资料"])]
    assert (held("rm.zhang"), without("rm.zhang")) == (said, [])
    assert held("head.wang") == held("crm.zhao") == said


def test_not_reached_is_no_meeting(firms: SmallBank) -> None:
    meet("not_reached")
    assert (held("rm.zhang"), without("rm.zhang")) == ([], [FIRM])


def test_within_reach_only(firms: SmallBank) -> None:
    meet()
    assert (held("rm.li"), without("rm.li"), without("head.zhu")) == ([], [OTHER], [OTHER])
    assert without("crm.zhao") == [OTHER]
    assert without("crm.zhao", LI) == [OTHER] and held("crm.zhao", LI) == []


def test_who_is_not_to_be_contacted_is_owed_none(firms: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == FIRM).values(do_not_contact=True))
    assert without("rm.zhang") == []


def test_a_planned_one_says_its_day(firms: SmallBank) -> None:
    day = today() + timedelta(days=5)
    with open_session(scope("rm.li"), "care", write=True) as session:
        due.plan(session, OTHER, "meeting", day, "季度沟通会")
    with open_session(scope("rm.li"), "care") as session:
        [row] = session.execute(meetings.without(Quarter.of(today()))).all()
    assert (row.planned_on, SOUTH) == (day, 2)
