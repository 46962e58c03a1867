"""Clocks of imported complaints: set where missing, again on request, and from the reopening where there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lib.jobs.clocks import set_clocks
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import C_LIN, C_OWN, SmallBank
from tests.entries import let_wait

RECEIVED = datetime(2026, 2, 13, 2, tzinfo=UTC)  # 10:00 in Shanghai
PROMISE = datetime(2026, 2, 14, 2, tzinfo=UTC)
TERM = datetime(2026, 2, 28, 16, tzinfo=UTC)  # the end of the fifteenth day


@pytest.fixture
def without_clocks(bank: SmallBank) -> SmallBank:
    with bulk("test") as session:
        values: dict[str, Any] = {"received_at": RECEIVED, "promise_due_at": None, "legal_due_at": None}
        session.rows(update(m.Case).values(values))
    return bank


def clocks(case_id: int) -> tuple[Any, ...]:
    with bulk("test", write=False) as session:
        case = m.Case
        query = select(case.promise_due_at, case.legal_due_at, case.clocks_provisional, case.version)
        return tuple(session.execute(query.where(case.id == case_id)).one())


def test_open_complaints_get_both_clocks_and_keep_their_version(without_clocks: SmallBank) -> None:
    before = clocks(C_OWN)[3]
    said: list[str] = []
    done = set_clocks(said.append)
    assert done == 5 and said == ["投诉时限：已计算 5 件"]
    assert clocks(C_OWN) == (PROMISE, TERM, False, before)
    assert set_clocks() == 0


def test_a_closed_case_gets_none(without_clocks: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(state="closed"))
    set_clocks()
    assert clocks(C_OWN)[:2] == (None, None)


def test_again_sets_what_stands_already(without_clocks: SmallBank) -> None:
    set_clocks()
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(extension="complex"))
    assert set_clocks() == 0 and set_clocks(again=True) == 5
    assert clocks(C_OWN)[1] == datetime(2026, 3, 15, 16, tzinfo=UTC)


def happened(case_id: int, events: list[dict[str, Any]]) -> None:
    """Events of a case, each with its moment and what it says."""
    with bulk("test") as session:
        customer = session.scalar(select(m.Case.customer_id).where(m.Case.id == case_id))
        session.insert(m.CaseEvent, [
            {"customer_id": customer, "id": 9000 + place, "case_id": case_id, "kind": "move", "from_state": None,
             "to_state": None, "details": None, **event}
            for place, event in enumerate(events)
        ])  # fmt: skip


def test_a_reopening_starts_the_legal_term_anew_and_promises_nothing_again(without_clocks: SmallBank) -> None:
    happened(C_LIN, [{"at": datetime(2026, 3, 2, 2, tzinfo=UTC), "from_state": "closed", "to_state": "reopened"}])
    set_clocks()
    assert clocks(C_LIN)[:2] == (PROMISE, datetime(2026, 3, 17, 16, tzinfo=UTC))


@pytest.mark.parametrize("kind", ["suggestion", "unhappy"])
def test_other_kinds_bear_the_promise_only(without_clocks: SmallBank, kind: str) -> None:
    with bulk("test") as session:
        session.rows(update(m.Case).where(m.Case.id == C_OWN).values(kind=kind))
    assert set_clocks() == 5
    assert clocks(C_OWN)[:2] == (PROMISE, None)


def test_a_wait_moves_the_term_only_where_the_rule_lets_it(without_clocks: SmallBank) -> None:
    happened(C_OWN, [
        {"at": datetime(2026, 2, 16, 2, tzinfo=UTC), "kind": "wait", "details": {"for": "customer"}},
        {"at": datetime(2026, 2, 20, 2, tzinfo=UTC), "kind": "resume", "details": {"for": "customer"}},
    ])  # fmt: skip
    set_clocks()
    assert clocks(C_OWN)[:2] == (PROMISE, TERM)
    let_wait("legal_term", "customer")
    set_clocks(again=True)
    assert clocks(C_OWN)[:2] == (PROMISE, TERM + timedelta(days=4))
