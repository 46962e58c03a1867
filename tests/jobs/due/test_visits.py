"""Visits and meetings by rule: an interval after the last talk, what is owed spread, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lib.jobs.due.visits import write_visit_items
from lib.settings import today
from lib.store.session import open_session
from lib.work import due
from tests.cast import FIRM, FORMER, OUTSIDER, OWN, PEER, PROSPECT, ZHANG, SmallBank, scope
from tests.jobs.due import making
from tests.jobs.due.making import given, items, run, talked


@pytest.fixture(autouse=True)
def nothing_due(bank: SmallBank) -> None:
    making.nothing()


@pytest.mark.parametrize(("tier", "days_ago", "due_in"), [
    ("private", 16, 14),  # 30 days after the talk: just within the fortnight ahead
    ("private", 15, None),
    ("vip", 60, 0),
    ("vip", 59, 1),
    ("mass", 170, 10),
    ("mass", 100, None),
])  # fmt: skip
def test_it_is_due_an_interval_after_the_last_talk(
    bank: SmallBank, tier: str, days_ago: int, due_in: int | None
) -> None:
    given(OWN, tier=tier)
    talked(OWN, days_ago)
    run(write_visit_items)
    found = items("visit", OWN)
    assert [(one.due_on - today()).days for one in found] == ([] if due_in is None else [due_in])
    if found:
        [one] = found
        assert (one.owner_id, one.original_due_on, one.by_rule) == (ZHANG, one.due_on, True)
        assert (today() - one.about_on).days == days_ago


@pytest.mark.parametrize(("tier", "most"), [("private", 5), ("mass", 60)])
def test_what_is_owed_for_longer_is_spread_and_never_due_before_it_was_listed(
    bank: SmallBank, tier: str, most: int
) -> None:
    given(OWN, tier=tier, opened_on=today() - timedelta(days=700))
    run(write_visit_items)
    [one] = items("visit", OWN)
    assert one.due_on == one.original_due_on == today() + timedelta(days=OWN % most)
    assert one.about_on is None


def test_nobody_was_reached_is_no_talk(bank: SmallBank) -> None:
    given(OWN, tier="vip", opened_on=today() - timedelta(days=60))
    talked(OWN, 3, outcome="not_reached")
    run(write_visit_items)
    assert [one.due_on for one in items("visit", OWN)] == [today()]


def test_it_stands_once_however_often_refresh_runs(bank: SmallBank) -> None:
    given(OWN, tier="vip")
    talked(OWN, 60)
    run(write_visit_items)
    for days in (0, 1, 5):
        run(write_visit_items, today() + timedelta(days=days))
    assert len(items("visit", OWN)) == 1


def test_a_talk_reported_by_an_import_ends_it_and_the_next_waits_for_its_time(bank: SmallBank) -> None:
    given(OWN, tier="vip")
    talked(OWN, 60)
    run(write_visit_items)
    [one] = items("visit", OWN)
    making.add(making.Contact(customer_id=OWN, id=making.new_id(), staff_id=ZHANG, channel="phone", purpose="sales",
                              outcome="reached", happened_at=one.created_at + timedelta(minutes=1)))  # fmt: skip
    run(write_visit_items)
    [one] = items("visit", OWN)
    assert (one.state, one.ended_by) == ("done", ZHANG) and one.contact_id is not None
    run(write_visit_items, today() + timedelta(days=50))
    assert [each.state for each in items("visit", OWN)] == ["done", "open"]


def test_dropped_by_hand_it_comes_back_an_interval_later(bank: SmallBank) -> None:
    given(OWN, tier="vip")
    talked(OWN, 60)
    run(write_visit_items)
    with open_session(scope("rm.zhang"), "today", write=True) as session:
        [one] = session.scalars(due.open_items([OWN]))
        due.drop(session, one, one.version, "客户出国")
    run(write_visit_items, today() + timedelta(days=40))
    assert len(items("visit", OWN)) == 1
    run(write_visit_items, today() + timedelta(days=50))
    assert [each.state for each in items("visit", OWN)] == ["dropped", "open"]


def test_who_left_or_asked_to_be_left_alone_is_not_visited(bank: SmallBank) -> None:
    for customer_id in (OWN, PEER):
        given(customer_id, tier="vip", opened_on=today() - timedelta(days=200))
    run(write_visit_items)
    given(OWN, do_not_contact=True)
    given(PEER, stage="former")
    run(write_visit_items)
    assert {(one.customer_id, one.state, one.outcome) for one in items("visit")} == {
        (OWN, "dropped", "withdrawn"), (PEER, "dropped", "withdrawn")}  # fmt: skip


def test_nobody_but_living_customers(bank: SmallBank) -> None:
    for customer_id in (FORMER, OUTSIDER, PROSPECT):
        given(customer_id, tier="private", opened_on=today() - timedelta(days=500))
    run(write_visit_items)
    assert items("visit") == [] and items("meeting") == []


def test_one_planned_by_hand_stands_for_it(bank: SmallBank) -> None:
    given(OWN, tier="vip")
    talked(OWN, 60)
    with open_session(scope("rm.zhang"), "today", write=True) as session:
        due.plan(session, OWN, "visit", today() + timedelta(days=3), "年度资产回顾")
    run(write_visit_items)
    assert [one.title for one in items("visit", OWN)] == ["年度资产回顾"]


@pytest.mark.parametrize(("months_ago_days", "listed"), [(95, True), (80, True), (60, False)])
def test_a_firm_meets_every_quarter(bank: SmallBank, months_ago_days: int, listed: bool) -> None:
    given(FIRM, tier="basic")
    talked(FIRM, months_ago_days, purpose="meeting")
    talked(FIRM, 1)  # an ordinary talk is no meeting
    run(write_visit_items)
    assert bool(items("meeting", FIRM)) is listed and items("visit", FIRM) == []
    talked(FIRM, 0, purpose="visit")
    run(write_visit_items)
    assert all(one.state == "open" for one in items("meeting", FIRM))
