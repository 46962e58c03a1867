"""Guests: seats while they last, the line behind them, who came, and the conversation that is due then."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lib.engagement import attending, planning
from lib.settings import business_now, today
from lib.store.models import Event, Invitation
from lib.store.scope import PassesBy
from lib.store.session import Refused, open_session
from lib.work.contacts import ContactForm, log_contact
from tests.cast import FIRM, NORTH, OTHER, OUTSIDER, OWN, PEER, PROSPECT, STAFF, UNASSIGNED, ZHANG, SmallBank, scope
from tests.engagement.rows import (
    changed,
    event,
    guests,
    items,
    let_pass,
    moved,
    planned,
    registered,
    ticked,
    withdrawn,
)

NORTHERN = (OWN, PEER, UNASSIGNED, FIRM, PROSPECT)


def states(event_id: int) -> dict[int, str]:
    return {customer: guest.state for customer, guest in guests(event_id).items()}


def counted(event_id: int) -> tuple[int, int]:
    row = event(event_id)
    return row.taken, row.waiting


def test_seats_go_to_the_first_and_the_others_wait_in_their_order(bank: SmallBank) -> None:
    event_id = planned(seats=1)
    assert registered(event_id, OWN, "rm.zhang") == "registered"
    assert registered(event_id, PEER, "rm.gao") == "waiting"
    assert registered(event_id, FIRM, "rm.zhang") == "waiting"
    assert counted(event_id) == (1, 2)
    assert registered(event_id, OWN) == "registered" and counted(event_id) == (1, 2)  # again changes nothing
    assert withdrawn(event_id, OWN, "rm.zhang") == 0  # a manager does not see the whole line
    assert counted(event_id) == (0, 2)
    assert registered(event_id, PROSPECT, "rm.gao") == "waiting", "nobody passes those who wait"
    with open_session(scope("head.wang"), "test", write=True) as session:
        assert attending.promote(session, event_id) == 1
    assert states(event_id) == {OWN: "declined", PEER: "registered", FIRM: "waiting", PROSPECT: "waiting"}
    assert withdrawn(event_id, PEER) == 1  # the head sees the line: the next moves up at once
    assert states(event_id)[FIRM] == "registered" and counted(event_id) == (1, 1)


def test_of_two_who_take_the_last_seat_one_waits(bank: SmallBank) -> None:
    event_id = planned(seats=1)
    start, got = threading.Barrier(2), dict[int, Any]()

    def take(customer_id: int, login: str) -> None:
        start.wait()
        try:
            got[customer_id] = registered(event_id, customer_id, login)
        except Exception as error:
            got[customer_id] = error

    both = [threading.Thread(target=take, args=one) for one in ((OWN, "rm.zhang"), (PEER, "rm.gao"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(got.values(), key=str) == ["registered", "waiting"]
    assert counted(event_id) == (1, 1)


@pytest.mark.parametrize(
    ("customer_id", "login", "says"),
    [(OTHER, "rm.zhang", "范围"), (PEER, "rm.zhang", "范围"), (OUTSIDER, "crm.zhao", "潜在客户"),
     (OWN, "care.chen", "活动")],
)  # fmt: skip
def test_only_customers_of_ones_own_are_registered(
    sqlite_bank: SmallBank, customer_id: int, login: str, says: str
) -> None:
    event_id = planned()
    with pytest.raises(Refused, match=says):
        registered(event_id, customer_id, login)
    assert counted(event_id) == (0, 0)


def test_only_an_open_event_to_come_takes_guests(sqlite_bank: SmallBank) -> None:
    draft = planned(state="draft")
    with pytest.raises(Refused, match="报名"):
        registered(draft, OWN)
    event_id = planned()
    let_pass(event_id)
    with pytest.raises(Refused, match="报名"):
        registered(event_id, OWN)


def test_nobody_moves_a_count_alone_or_a_seat_without_it(sqlite_bank: SmallBank) -> None:
    event_id = planned()
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.get_one(Event, event_id).taken = 1
    registered(event_id, OWN, "rm.zhang")
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.get_one(Invitation, (OWN, event_id)).registered_at = None
    with pytest.raises(Refused, match="管理"), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.get_one(Event, event_id).seats = 9
    with pytest.raises(PassesBy), open_session(scope("rm.zhang"), "test", write=True) as session:
        session.add(Invitation(customer_id=FIRM, event_id=event_id, state="invited", staff_id=STAFF["rm.gao"][0],
                               version=1))  # fmt: skip


def test_who_came_is_ticked_and_spoken_with(bank: SmallBank) -> None:
    event_id = planned(seats=2)
    registered(event_id, OWN, "rm.zhang")
    registered(event_id, PEER, "rm.gao")
    registered(event_id, FIRM, "rm.zhang")  # waits, and comes all the same
    with pytest.raises(Refused, match="当天"):
        ticked(event_id, {OWN: True})
    let_pass(event_id)
    moved(event_id, "held")
    assert set(ticked(event_id, {OWN: True, FIRM: True, PEER: False}).came) == {OWN, FIRM}
    assert states(event_id) == {OWN: "attended", PEER: "registered", FIRM: "attended"}
    assert counted(event_id) == (2, 0)
    (item,) = items(OWN)
    assert (item.due_on - today()).days == 2 and item.owner_id == ZHANG and item.about == "稳健理财讲座"
    assert ticked(event_id, {OWN: True}).came == ()  # again: nothing new
    assert ticked(event_id, {OWN: False, FIRM: False}, "rm.zhang").undone == (OWN, FIRM)
    assert states(event_id) == {OWN: "registered", PEER: "registered", FIRM: "invited"}
    assert [one.state for one in items(OWN)] == ["dropped"]
    ticked(event_id, {OWN: True})
    assert [one.state for one in items(OWN)] == ["open"]


def test_a_conversation_that_reaches_the_customer_does_the_item(bank: SmallBank) -> None:
    event_id = planned()
    registered(event_id, OWN, "rm.zhang")
    let_pass(event_id)
    ticked(event_id, {OWN: True}, "rm.zhang")
    for outcome, state in (("not_reached", "open"), ("reached", "done")):
        with open_session(scope("rm.zhang"), "test", write=True) as session:
            form = ContactForm("phone", "visit", outcome, business_now() - timedelta(minutes=1))
            log_contact(session, OWN, form, f"k-{outcome}")
        assert [one.state for one in items(OWN)] == [state]


def test_who_asked_to_be_left_alone_is_not_to_be_called(sqlite_bank: SmallBank) -> None:
    event_id = planned()
    registered(event_id, OWN, "rm.zhang")
    changed(OWN, do_not_contact=True)
    let_pass(event_id)
    assert ticked(event_id, {OWN: True}).came == (OWN,)
    assert items(OWN) == []


def test_a_closed_event_takes_no_ticks(sqlite_bank: SmallBank) -> None:
    event_id = planned(state="held")
    moved(event_id, "closed")
    with pytest.raises(Refused, match="总结"):
        ticked(event_id, {OWN: True})


STEPS = st.lists(
    st.tuples(st.sampled_from(("register", "withdraw", "promote", "tick", "untick", "pass", "hold", "close")),
              st.sampled_from(NORTHERN)),
    max_size=14,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seats=st.integers(1, 3), steps=STEPS)
def test_whatever_happens_the_counts_are_those_of_the_guests(
    sqlite_bank: SmallBank, seats: int, steps: list[tuple[str, int]]
) -> None:
    event_id = planned(seats=seats)
    for what, customer_id in steps:
        with suppress(Refused):
            _do(what, event_id, customer_id)
        rows, row = guests(event_id).values(), event(event_id)
        held = sum(one.registered_at is not None for one in rows)
        assert (row.taken, row.waiting) == (held, sum(one.state == "waiting" for one in rows))
        assert row.taken <= row.seats
        assert all(one.registered_at is not None for one in rows if one.state == "registered")
        assert all((one.waiting_at is not None) == (one.state == "waiting") for one in rows)
        assert all(one.registered_at is None for one in rows if one.state in ("invited", "waiting", "declined"))


def _do(what: str, event_id: int, customer_id: int) -> None:
    match what:
        case "register":
            registered(event_id, customer_id)
        case "withdraw":
            withdrawn(event_id, customer_id)
        case "promote":
            with open_session(scope("head.wang"), "test", write=True) as session:
                attending.promote(session, event_id)
        case "tick" | "untick":
            ticked(event_id, {customer_id: what == "tick"})
        case "pass":
            let_pass(event_id)
        case "hold":
            moved(event_id, "held")
        case "close":
            moved(event_id, "closed")


def test_the_line_of_a_branch_is_its_heads_and_the_departments(sqlite_bank: SmallBank) -> None:
    event_id = planned()
    for login in ("rm.zhang", "head.zhu"):
        with pytest.raises(Refused), open_session(scope(login), "test", write=True) as session:
            attending.promote(session, event_id)
    with open_session(scope("crm.zhao"), "test", write=True) as session:
        assert attending.promote(session, event_id) == 0
        assert planning.mine(session, event_id).branch_id == NORTH
    with open_session(scope("rm.zhang"), "test") as session:
        assert session.scalar(select(Event.id).where(Event.id == event_id)) == event_id
