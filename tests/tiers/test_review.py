"""Tier review: the queue, who decides, once only, and what the next refresh makes of it — on both engines."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from lib.jobs.close import close_before
from lib.settings import business_now, today
from lib.store import models as m
from lib.store.ids import new_id
from lib.store.quarter import Quarter
from lib.store.scope import PassesBy
from lib.store.session import Conflict, Refused, open_session
from lib.tiers.decisions import end_decision
from lib.tiers.review import Queue, counted, decide_move, moves, reviewable
from tests.kpi.ten import MA, WANG, A, B, C, G
from tests.kpi.ten import ten_made as ten_made
from tests.tiers.deciding import QUARTER, again, decided, decisions, facts, scope, standing, version_of
from tests.tiers.deciding import deciders as deciders

Day = Callable[[str], None]


def queue(kind: str = "personal", change: str = "") -> Queue:
    return Queue(QUARTER, version_of(), kind, None, change)


def numbers(login: str, state: str = "open", of: Queue | None = None) -> list[str]:
    with open_session(scope(login), "tiers") as session:
        return [row.number for row in session.execute(moves(of or queue(), state))]


def counts(login: str) -> list[int]:
    with open_session(scope(login), "tiers") as session:
        return [session.scalar(counted(queue(), state)) or 0 for state in ("open", "confirmed", "held")]


def test_the_queue_is_the_moves_of_the_quarter_within_reach(deciders: Day) -> None:
    assert numbers("crm.zhao") == ["C102", "C103", "C101"]  # B on watch, C downgraded, A upgraded, by AUM
    assert numbers("head.wang") == numbers("rm.ma") == numbers("crm.zhao")
    assert numbers("head.zhu") == [] and numbers("rm.ni") == []
    assert numbers("head.wang", of=queue(change="upgraded")) == ["C101"]
    # G was of the other branch at the quarter's end and is decided by whoever looks after it now
    assert numbers("head.wang", of=queue("corporate")) == [f"C{G}"]
    assert numbers("legal.qian") == numbers("exec.zhou") == ["C102", "C103", "C101"]
    assert numbers("product.he") == numbers("care.chen") == []


def test_decided_moves_stay_visible_with_who_decided(deciders: Day) -> None:
    decided("head.wang", A, "confirmed", "")
    decided("crm.zhao", C)
    assert counts("head.wang") == [1, 1, 1] and numbers("crm.zhao") == ["C102"]
    with open_session(scope("rm.ma"), "tiers") as session:
        row = session.execute(moves(queue(), "confirmed")).one()
        assert (row.number, row.act, row.staff_id, row.decided_before) == ("C101", "confirmed", WANG, "mass")
        held = session.execute(moves(queue(), "held")).one()
        assert (held.number, held.decided_tier, held.reason) == ("C103", "vip", "资金下月回流")
    again()
    assert counts("head.wang") == [1, 1, 1]


def test_a_reader_of_masked_names_reads_no_reason(deciders: Day) -> None:
    decided("head.wang", C)
    with open_session(scope("exec.zhou"), "tiers") as session:
        row = session.execute(moves(queue(), "held")).one()
    assert row.name != "陈丙" and row.reason is None


@pytest.mark.parametrize("login", ["rm.ma", "rm.ni", "care.chen", "legal.qian", "exec.zhou", "product.he", "head.zhu"])
def test_who_may_not_decide_is_refused_by_the_command(deciders: Day, login: str) -> None:
    with pytest.raises(Refused):
        decided(login, C)
    assert decisions(C) == []


@pytest.mark.parametrize(
    ("customer", "act", "reason", "quarter"),
    [
        (C, "held", "  ", QUARTER),  # no reason
        (C, "override", "直接改", QUARTER),  # not an act of the review
        (C, "confirmed", "", "2026Q2"),  # an older quarter
        (C, "confirmed", "", "2026Q4"),  # the running one, while an ended one is there
        (109, "confirmed", "", QUARTER),  # entered: no move
        (999, "confirmed", "", QUARTER),  # nobody
    ],
)
def test_what_is_refused(deciders: Day, customer: int, act: str, reason: str, quarter: str) -> None:
    with pytest.raises(Refused):
        decided("crm.zhao", customer, act, reason, quarter)


def test_facts_computed_again_meanwhile_are_looked_at_again(deciders: Day) -> None:
    seen = version_of()
    decided("crm.zhao", A, "confirmed", "")
    again()
    assert version_of() > seen
    with pytest.raises(Refused, match="重新"), open_session(scope("crm.zhao"), "tiers", write=True) as session:
        decide_move(session, C, QUARTER, seen, "confirmed")


def test_a_second_decision_is_a_conflict(deciders: Day) -> None:
    decided("head.wang", C)
    for login, act in (("head.wang", "held"), ("crm.zhao", "confirmed")):
        with pytest.raises(Conflict) as told:
            decided(login, C, act)
        assert told.value.theirs["staff_id"] == WANG
    assert len(decisions(C)) == 1


def test_two_heads_at_once_write_once(deciders: Day) -> None:
    start, found = Barrier(2), []
    version = version_of()

    def decide(login: str) -> None:
        start.wait()
        try:
            with open_session(scope(login), "tiers", write=True) as session:
                decide_move(session, C, QUARTER, version, "held", "并发")
            found.append("done")
        except Conflict:
            found.append("conflict")

    threads = [Thread(target=decide, args=(login,)) for login in ("head.wang", "crm.zhao")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == ["conflict", "done"] and len(decisions(C)) == 1


def test_a_hold_keeps_the_former_tier_and_then_runs_out(deciders: Day) -> None:
    assert standing(C, QUARTER) == ("potential", "downgraded", 0)
    decided("head.wang", C)
    again()
    assert standing(C, QUARTER) == ("vip", "fixed", 0) and facts(C).fixed == 1
    deciders("2027-06-30")
    again()
    assert [standing(C, quarter) for quarter in ("2026Q4", "2027Q1", "2027Q2")] == [
        ("vip", "fixed", 0), ("vip", "watch", 1), ("mass", "downgraded", 0),
    ]  # fmt: skip


def test_holding_an_upgrade_keeps_it_down(deciders: Day) -> None:
    decided("head.wang", A, reason="过桥资金")
    again()
    assert standing(A, QUARTER) == ("mass", "fixed", 0)


def test_a_confirmed_move_changes_nothing(deciders: Day) -> None:
    before = standing(B, QUARTER)
    decided("head.wang", B, "confirmed", "")
    again()
    assert standing(B, QUARTER) == before == ("vip", "watch", 1)


def test_a_closed_quarter_does_not_move(deciders: Day) -> None:
    assert QUARTER in close_before(Quarter.parse("2026Q4"))
    decided("head.wang", C)
    again()
    assert standing(C, QUARTER) == ("potential", "downgraded", 0)
    assert standing(C, "2026Q4") == ("vip", "fixed", 0)


def test_a_hold_taken_back_never_counted_while_its_quarter_is_open(deciders: Day) -> None:
    decided("head.wang", C)
    again()
    (one,) = decisions(C)
    with open_session(scope("crm.zhao"), "tiers", write=True) as session:
        end_decision(session, C, one.id, one.version, "点错了")
    again()
    assert standing(C, QUARTER) == ("potential", "downgraded", 0) and numbers("head.wang") == ["C102", "C103", "C101"]
    with pytest.raises(Refused), open_session(scope("crm.zhao"), "tiers", write=True) as session:
        end_decision(session, C, one.id, one.version + 1, "再来一次")


def test_the_newest_ended_quarter_is_reviewed(deciders: Day) -> None:
    with open_session(scope("head.wang"), "tiers") as session:
        assert reviewable(session) == QUARTER
    deciders("2027-01-05")
    again()
    with open_session(scope("head.wang"), "tiers") as session:
        assert reviewable(session) == "2026Q4"


def bare(customer: int = C, **other: object) -> m.TierDecision:
    """A decision written past the commands."""
    return m.TierDecision(**{
        "customer_id": customer, "id": new_id(), "quarter": QUARTER, "act": "held", "tier": "vip",
        "tier_before": "vip", "since_day": today(), "until_day": today(), "reason": "x", "staff_id": WANG,
        "at": business_now(), **other,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("login", "other", "error"),
    [
        ("head.wang", {"act": "override", "request_id": 5}, Refused),  # four eyes
        ("head.wang", {"tier": "private"}, PassesBy),  # a hold sets no tier of its own
        ("head.wang", {"staff_id": MA}, PassesBy),
        ("head.wang", {"request_id": 5}, PassesBy),
        ("head.wang", {"ended_on": today()}, PassesBy),
        ("head.zhu", {"staff_id": 31}, Refused),  # another branch
        ("rm.ma", {"staff_id": MA}, Refused),
    ],
)
def test_the_store_itself_refuses(deciders: Day, login: str, other: dict, error: type[Exception]) -> None:
    with pytest.raises(error), open_session(scope(login), "test", write=True) as session:
        session.add(bare(**other))
    assert decisions(C) == []


def test_a_decision_is_ended_and_never_rewritten(deciders: Day) -> None:
    decided("head.wang", C)
    for change in ({"tier": "private"}, {"until_day": today()}, {"ended_on": today(), "ended_by": MA}):
        with pytest.raises(PassesBy), open_session(scope("head.wang"), "test", write=True) as session:
            row = session.scalars(select(m.TierDecision)).one()
            for name, value in change.items():
                setattr(row, name, value)
