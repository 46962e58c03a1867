"""The rulebook and the calendar as stored, and the versions of cached answers."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from lib.rulebook import shipped_rows
from lib.store import book
from lib.store.bulk import bulk
from lib.store.models import Customer, QuarterRun, RuleEntry
from lib.store.session import open_session
from tests.cast import OWN, SmallBank, filled, scope


def test_it_says_what_was_shipped(bank: SmallBank) -> None:
    stored = book.rulebook()
    assert len(stored.rules) == len({row.key for row in shipped_rows() if row.kind == "rule"})
    limits = book.signin_limits()
    assert (limits.failures, limits.lock_minutes, limits.idle_minutes, limits.absolute_hours) == (5, 15, 30, 12)


def test_a_new_entry_is_seen_soon(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"failures": 3, "lock_minutes": 60, "idle_minutes": 10, "absolute_hours": 8}
    assert book.signin_limits().failures == 5
    with bulk("a stricter rule") as session:
        session.add(
            RuleEntry(
                kind="rule",
                key="signin.limits",
                version=2,
                valid_from=date(2020, 1, 1),
                basis="stated",
                source="制度",
                title="登录",
                value={"unit": "method", "value": value},
                position=9999,
                digest="x",
            )
        )
    clock = book.time.monotonic()
    monkeypatch.setattr(book.time, "monotonic", lambda: clock + 11)
    assert book.signin_limits().failures == 3


def test_the_calendar_knows_a_make_up_day(bank: SmallBank) -> None:
    calendar = book.calendar()
    assert calendar.is_working(date(2026, 10, 10)).working
    assert not calendar.is_working(date(2026, 10, 1)).working
    assert calendar.version.startswith("2026 v")


def test_every_write_moves_the_data_and_only_a_run_moves_the_facts(bank: SmallBank) -> None:
    rows, facts = book.data_version(), book.facts_version()
    with open_session(scope("rm.zhang"), "test", write=True) as session:
        customer = session.get(Customer, OWN)
        customer.notes = "新的备注"
    assert book.data_version() > rows and book.facts_version() == facts
    with bulk("refresh") as session:
        session.execute(update(QuarterRun).values(finished_at=filled(QuarterRun).started_at))
        session.add(filled(QuarterRun, quarter="2026Q2"))
    assert book.facts_version() != facts
