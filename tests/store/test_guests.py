"""Who writes events, guests and referrals: by post, within reach, in one's own name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lib.store.guests import may_plan
from lib.store.models import Event, Invitation, Referral
from lib.store.scope import PassesBy
from lib.store.session import Refused, StoreSession, open_session
from tests.cast import (
    CUSTOMERS,
    FIRM,
    FORMER,
    NORTH,
    OTHER,
    OWN,
    PEER,
    PROSPECT,
    SOUTH,
    STAFF,
    UNASSIGNED,
    SmallBank,
    filled,
    scope,
)

NOBODY: set[int] = set()
WRITES = dict.fromkeys(STAFF, NOBODY) | {
    "rm.zhang": {OWN, FIRM},
    "rm.gao": {PEER, PROSPECT},
    "rm.li": {OTHER, FORMER},
    "head.wang": {OWN, PEER, UNASSIGNED, FIRM, PROSPECT},
    "head.zhu": {OTHER, FORMER},
    "crm.zhao": set(CUSTOMERS),
}
PLANS: dict[str, set[int | None]] = {"head.wang": {NORTH}, "head.zhu": {SOUTH}, "crm.zhao": {NORTH, SOUTH, None}}


def attempt(login: str, act: Callable[[StoreSession], Any]) -> bool:
    """Whether the store lets it pass; nothing is kept."""
    try:
        with open_session(scope(login), "test", write=True) as session:
            act(session)
            session.flush()
            session.rollback()
    except (Refused, PassesBy):
        return False
    return True


@pytest.mark.parametrize("login", list(STAFF))
def test_guests_and_referrals_are_written_within_reach(sqlite_bank: SmallBank, login: str) -> None:
    me = STAFF[login][0]
    guest = {one for one in CUSTOMERS if attempt(login, lambda s, one=one: s.add(
        filled(Invitation, customer_id=one, event_id=3, staff_id=me)))}  # fmt: skip
    brought = {one for one in CUSTOMERS if attempt(login, lambda s, one=one: s.add(
        filled(Referral, customer_id=one, referred_id=77, staff_id=me)))}  # fmt: skip
    assert guest == brought == WRITES[login]


@pytest.mark.parametrize("login", list(STAFF))
def test_events_are_planned_by_heads_for_their_branch_and_by_the_department(sqlite_bank: SmallBank, login: str) -> None:
    said = {"id": 9001, "owner_id": STAFF[login][0], "host_id": STAFF[login][0], "taken": 0, "waiting": 0, "seats": 3}
    may = {one for one in (NORTH, SOUTH, None)
           if attempt(login, lambda s, one=one: s.add(filled(Event, branch_id=one, **said)))}  # fmt: skip
    assert may == PLANS.get(login, set())
    assert may_plan(scope(login)) is (login in PLANS)


@pytest.mark.parametrize("values", [{"state": "open"}, {"taken": 1}, {"waiting": 1}, {"owner_id": 1}])
def test_an_event_begins_as_ones_own_draft_without_guests(sqlite_bank: SmallBank, values: dict[str, Any]) -> None:
    said = {"id": 9001, "owner_id": 3, "host_id": 3, "branch_id": NORTH, "taken": 0, "waiting": 0, "seats": 3, **values}
    assert not attempt("head.wang", lambda s: s.add(filled(Event, **said)))


def test_nobody_is_invited_in_anothers_name_and_no_guest_is_deleted(sqlite_bank: SmallBank) -> None:
    assert not attempt("rm.zhang", lambda s: s.add(filled(Invitation, customer_id=OWN, event_id=3, staff_id=13)))
    assert not attempt("rm.zhang", lambda s: s.delete(s.get_one(Invitation, (OWN, 1))))
    assert not attempt("rm.zhang", lambda s: setattr(s.get_one(Invitation, (OWN, 1)), "staff_id", 13))
