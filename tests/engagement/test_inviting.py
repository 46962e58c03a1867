"""Invitations from a list: who is left out for which reason is counted before, and nobody is invited twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.engagement import inviting
from lib.store.bulk import bulk
from lib.store.models import Customer, Event, RuleEntry
from lib.store.session import Refused, open_session
from tests.cast import FIRM, OTHER, OUTSIDER, OWN, PEER, PROSPECT, UNASSIGNED, SmallBank, scope
from tests.engagement.rows import changed, guests, moved, planned

EVERYBODY = select(Customer.customer_id)


def seen(event_id: int, login: str = "head.wang") -> inviting.Preview:
    with open_session(scope(login), "test") as session:
        return inviting.preview(session, session.get_one(Event, event_id), EVERYBODY)


def invited(event_id: int, login: str = "head.wang", size: int = 2) -> list[int]:
    """Run the steps to their end; how many each invited."""
    done = []
    while not done or done[-1]:
        with open_session(scope(login), "test", write=True) as session:
            done.append(inviting.invite_some(session, event_id, EVERYBODY, size))
    return done[:-1]


def test_the_counts_are_those_of_the_invitations(bank: SmallBank) -> None:
    changed(PEER, do_not_contact=True)
    changed(UNASSIGNED, stage="former")
    event_id = planned()
    assert seen(event_id) == inviting.Preview(5, 3, {"not_customer": 1, "do_not_contact": 1})
    assert invited(event_id) == [2, 1]
    assert set(guests(event_id)) == {OWN, FIRM, PROSPECT}
    assert {one.state for one in guests(event_id).values()} == {"invited"}
    assert seen(event_id) == inviting.Preview(5, 0, {"not_customer": 1, "do_not_contact": 1, "invited": 3})
    assert invited(event_id) == []


def test_an_event_invites_no_more_than_its_seats_allow(sqlite_bank: SmallBank) -> None:
    with bulk("test") as session:
        rule = session.scalars(select(RuleEntry).where(RuleEntry.key == "event.invited_per_seat")).one()
        rule.value = {**rule.value, "value": 1}
    event_id = planned(seats=2)
    assert seen(event_id) == inviting.Preview(5, 2, {"over_limit": 3})
    assert invited(event_id, size=200) == [2]
    assert seen(event_id).will_get == 0


def test_the_department_reaches_the_whole_bank_and_nobody_invites_an_outsider(sqlite_bank: SmallBank) -> None:
    event_id = planned("crm.zhao", branch_id=None, host_id=8, seats=100)
    assert seen(event_id, "crm.zhao").left_out == {"not_customer": 2}
    invited(event_id, "crm.zhao")
    assert OTHER in guests(event_id) and OUTSIDER not in guests(event_id)


def test_a_manager_invites_customers_of_their_own_one_by_one(sqlite_bank: SmallBank) -> None:
    event_id = planned()
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        inviting.invite(session, event_id, OWN)
    for customer_id, says in ((OWN, "名单"), (PEER, "范围")):
        with pytest.raises(Refused, match=says), open_session(scope("rm.zhang"), "test", write=True) as session:
            inviting.invite(session, event_id, customer_id)
    with pytest.raises(Refused, match="管理"), open_session(scope("rm.zhang"), "test", write=True) as session:
        inviting.invite_some(session, event_id, EVERYBODY)


def test_an_event_called_off_invites_nobody(sqlite_bank: SmallBank) -> None:
    event_id = planned()
    moved(event_id, "cancelled", why="改期")
    with pytest.raises(Refused), open_session(scope("head.wang"), "test", write=True) as session:
        inviting.invite_some(session, event_id, EVERYBODY)
