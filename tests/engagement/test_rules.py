"""Rules of events: what a plan must say, how an event moves, what a guest and a referral are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lib.engagement.rules import (
    EventForm,
    communities,
    follow_up_by,
    most_invited,
    move_problem,
    moves_from,
    owed,
    referral_state,
    standing_of,
    takes_ticks,
)
from lib.rulebook import Rulebook, shipped_rows
from lib.words import codes

BOOK = Rulebook(shipped_rows())
NOW = datetime(2026, 11, 29, 2, tzinfo=UTC)
DAY = date(2026, 11, 29)


def form(**changes: Any) -> EventForm:
    said: dict[str, Any] = {"title": "讲座", "kind": "lecture", "starts_at": NOW + timedelta(days=1), "place": "三楼",
                            "seats": 20, "host_id": 3}  # fmt: skip
    return EventForm(**{**said, **changes})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"), ({"title": "长" * 41}, "title"), ({"place": ""}, "place"),
        ({"place": "长" * 81}, "place"), ({"topics": "长" * 201}, "topics"), ({"kind": "party"}, "kind"),
        ({"host_id": None}, "host_id"), ({"starts_at": None}, "starts_at"), ({"starts_at": NOW}, "starts_at"),
        ({"seats": 0}, "seats"), ({"seats": 100_001}, "seats"), ({"cost_fen": -1}, "cost_fen"),
        ({"community": "nobody"}, "community"),
    ],
)  # fmt: skip
def test_a_plan_says_what_it_must(changes: dict[str, Any], field: str) -> None:
    assert {one.field for one in form(**changes).problems(NOW, BOOK)} == {field}


def test_a_whole_plan_has_no_problem() -> None:
    assert form(title="长" * 40, seats=1, community="wealth_club").problems(NOW, BOOK) == []


def test_seats_do_not_go_below_those_taken() -> None:
    assert [one.field for one in form(seats=4).problems(NOW, BOOK, taken=5)] == ["seats"]
    assert form(seats=5).problems(NOW, BOOK, taken=5) == []


def test_every_state_is_named_and_leads_only_to_named_ones() -> None:
    states = codes("event_state")
    assert {to for one in states for to in moves_from(one, BOOK, DAY)} <= set(states)
    assert moves_from("closed", BOOK, DAY) == moves_from("nowhere", BOOK, DAY) == ()


@pytest.mark.parametrize(
    ("state", "to", "hours", "why", "goes"),
    [
        ("draft", "open", 1, "", True), ("draft", "open", -1, "", False), ("draft", "held", -1, "", False),
        ("open", "held", -1, "", True), ("open", "held", 48, "", False),
        ("open", "held", 5, "", True),  # later on the same day
        ("open", "cancelled", 1, "讲师生病", True), ("open", "cancelled", 1, " ", False),
        ("open", "cancelled", 1, "长" * 201, False), ("held", "closed", -1, "", True),
        ("held", "open", -1, "", False), ("closed", "cancelled", -1, "晚", False),
    ],
)  # fmt: skip
def test_moves(state: str, to: str, hours: int, why: str, goes: bool) -> None:
    assert (move_problem(state, to, NOW + timedelta(hours=hours), why, NOW, BOOK) is None) is goes


@pytest.mark.parametrize(
    ("state", "hours", "may"),
    [("open", 48, False), ("open", 3, True), ("open", -30, True), ("held", -30, True), ("closed", -30, False),
     ("draft", -1, False), ("cancelled", -1, False)],
)  # fmt: skip
def test_ticks_are_taken_from_the_day_on_until_it_is_closed(state: str, hours: int, may: bool) -> None:
    assert takes_ticks(state, NOW + timedelta(hours=hours), NOW) is may


@pytest.mark.parametrize(
    ("state", "event", "seat", "said"),
    [
        ("registered", "open", True, "registered"), ("registered", "held", True, "registered"),
        ("registered", "closed", True, "absent"), ("attended", "closed", True, "attended"),
        ("invited", "closed", False, "invited"), ("waiting", "closed", False, "waiting"),
    ],
)  # fmt: skip
def test_who_had_a_seat_and_is_not_ticked_did_not_come(state: str, event: str, seat: bool, said: str) -> None:
    assert standing_of(state, event, seat) == said


def test_numbers_of_the_rules() -> None:
    assert most_invited(20, BOOK, DAY) == 80
    assert follow_up_by(date(2026, 12, 30), BOOK, DAY) == date(2027, 1, 2)
    assert {one.family for one in communities(BOOK, DAY).values()} <= set(codes("tag_family"))
    assert max(len(one.name) for one in communities(BOOK, DAY).values()) <= 20, "a tag set by hand is no longer"


@pytest.mark.parametrize(
    ("state", "became", "given", "said"),
    [("open", False, 0, "referred"), ("open", True, 2, "owed"), ("open", True, 3, "capped"),
     ("given", True, 9, "given"), ("declined", True, 0, "declined")],
)  # fmt: skip
def test_what_a_referral_is(state: str, became: bool, given: int, said: str) -> None:
    assert referral_state(state, became, given, BOOK, DAY) == said
    assert owed(0, BOOK, DAY) == "owed"
