"""Who plans and runs an event, and that a plan is saved by the version that was read."""

from __future__ import annotations

import pytest

from lib.engagement import planning
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from tests.cast import NORTH, SOUTH, STAFF, SmallBank, scope
from tests.engagement.rows import event, form, moved, planned, registered


def test_planned_opened_and_closed(bank: SmallBank) -> None:
    event_id = planned(state="held")
    moved(event_id, "closed")
    row = event(event_id)
    assert row.state == "closed" and row.closed_at is not None
    assert (row.owner_id, row.branch_id, row.cost_fen) == (STAFF["head.wang"][0], NORTH, 300_000)


@pytest.mark.parametrize(
    ("login", "branch", "host", "may"),
    [
        ("head.wang", NORTH, "rm.zhang", True), ("head.wang", SOUTH, "rm.li", False),
        ("head.wang", None, "head.wang", False), ("crm.zhao", SOUTH, "rm.li", True),
        ("crm.zhao", None, "crm.zhao", True), ("rm.zhang", NORTH, "rm.zhang", False),
        ("head.wang", NORTH, "rm.li", False),  # a host of another branch
        ("care.chen", NORTH, "rm.zhang", False), ("exec.zhou", None, "crm.zhao", False),
    ],
)  # fmt: skip
def test_heads_plan_for_their_branch_and_the_department_for_all(
    sqlite_bank: SmallBank, login: str, branch: int | None, host: str, may: bool
) -> None:
    said = form(branch_id=branch, host_id=STAFF[host][0])
    try:
        with open_session(scope(login), "test", write=True) as session:
            planning.plan(session, said)
        done = True
    except Refused:
        done = False
    assert done is may


def test_only_who_runs_it_moves_it(sqlite_bank: SmallBank) -> None:
    event_id = planned(state="draft")
    for login in ("rm.zhang", "head.zhu", "exec.zhou"):
        with pytest.raises(Refused):
            moved(event_id, "open", login)
    moved(event_id, "open", "crm.zhao")
    assert event(event_id).state == "open"


def test_a_change_by_an_old_version_is_a_conflict_and_one_below_the_seats_taken_is_refused(bank: SmallBank) -> None:
    event_id = planned(seats=3)
    read = event(event_id).version
    for customer in (1001, 1002):
        registered(event_id, customer)
    with pytest.raises(Conflict), open_session(scope("head.wang"), "test", write=True) as session:
        planning.change(session, event_id, read, form(title="改名"))
    read = event(event_id).version
    with pytest.raises(Refused, match="席位"), open_session(scope("head.wang"), "test", write=True) as session:
        planning.change(session, event_id, read, form(seats=1))
    with open_session(scope("head.wang"), "test", write=True) as session:
        planning.change(session, event_id, read, form(title="改名", seats=2))
    assert (event(event_id).title, event(event_id).seats, event(event_id).taken) == ("改名", 2, 2)


def test_an_event_called_off_says_why_and_changes_no_more(sqlite_bank: SmallBank) -> None:
    event_id = planned()
    with pytest.raises(Refused, match="理由"):
        moved(event_id, "cancelled")
    moved(event_id, "cancelled", why="讲师生病")
    assert event(event_id).reason == "讲师生病"
    with pytest.raises(Refused, match="不再修改"), open_session(scope("head.wang"), "test", write=True) as session:
        planning.change(session, event_id, event(event_id).version, form())


def test_an_event_begins_without_guests_and_as_a_draft(sqlite_bank: SmallBank) -> None:
    with pytest.raises(PassesBy), open_session(scope("head.wang"), "test", write=True) as session:
        row = planning.plan(session, form())
        row.taken = 1
