"""What closing looks at, read on both engines: each count with a row on either side of its edge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from lib.review import read
from lib.settings import day_end, day_start
from lib.store import models as m
from lib.store.bulk import BulkSession, bulk
from lib.store.quarter import Quarter
from tests.cast import LI, OWN, ZHAO, SmallBank, filled

Q1 = Quarter(2026, 1)
END = day_end(Q1.end)
BEFORE = END - timedelta(microseconds=1)


def count(query: Any) -> int:
    with bulk("test", write=False) as session:
        return int(session.scalar(query) or 0)


def test_versions_are_the_readable_ones_newest_first(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(delete(m.QuarterRun))
        for version, state in enumerate(("replaced", "corrected", "corrected", "closed", "building"), 1):
            session.add(filled(m.QuarterRun, quarter="2026Q1", version=version, state=state))
        for quarter, state in (("2025Q3", "closed"), ("2025Q4", "open"), ("2026Q2", "open")):
            session.add(filled(m.QuarterRun, quarter=quarter, version=1, state=state))
    with bulk("test", write=False) as session:
        assert [run.version for run in session.scalars(read.versions(Q1))] == [4, 3, 2]
        assert session.scalars(read.earlier_open(Q1)).all() == ["2025Q4"]
        assert session.scalars(read.earlier_open(Quarter(2025, 4))).all() == []


def test_open_cases_are_complaints_received_by_the_end_and_not_over(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(delete(m.Case))
        rows = [
            ("complaint", "investigating", BEFORE), ("complaint", "answered", BEFORE), ("complaint", "closed", BEFORE),
            ("complaint", "withdrawn", BEFORE), ("complaint", "received", END), ("enquiry", "received", BEFORE),
        ]  # fmt: skip
        for place, (kind, state, at) in enumerate(rows):
            session.add(filled(m.Case, customer_id=OWN, id=9_000 + place, kind=kind, state=state, received_at=at,
                               customer_kind="personal", first_owner_id=LI))  # fmt: skip
    assert count(read.open_cases(Q1)) == 2


def test_rule_changes_not_in_effect_and_key_fields_not_reviewed(bank: SmallBank) -> None:
    rows = [
        ("rule_change", "pending", None, BEFORE), ("rule_change", "returned", None, BEFORE),
        ("rule_change", "accepted", None, BEFORE), ("rule_change", "accepted", BEFORE, BEFORE),
        ("rule_change", "refused", None, BEFORE), ("customer_info", "pending", None, BEFORE),
        ("customer_info", "pending", None, END), ("customer_info", "accepted", None, BEFORE),
    ]  # fmt: skip
    with bulk("test") as session:
        session.rows(delete(m.ChangeStep))
        session.rows(delete(m.ChangeRequest))
        for place, (kind, state, done, at) in enumerate(rows):
            session.add(filled(m.ChangeRequest, customer_id=0, id=9_000 + place, kind=kind, state=state,
                               requested_at=at, carried_out_at=done, requested_by=ZHAO,
                               after={"since": "2026-02-01"}))  # fmt: skip
    with bulk("test", write=False) as session:
        assert session.scalars(read.rule_changes()).all() == [{"since": "2026-02-01"}] * 3
    assert count(read.unreviewed(Q1)) == 1


def test_a_refused_batch_counts_until_its_source_lands(bank: SmallBank) -> None:
    start = day_start(Q1.start)
    with bulk("test") as session:
        session.rows(delete(m.ImportBatch))
        _batch(session, 1, "ledger", "refused", start)
        _batch(session, 2, "ledger", "refused", start + timedelta(days=1))
        _batch(session, 3, "balances", "refused", start)
        _batch(session, 4, "balances", "landed", start + timedelta(days=1))
        _batch(session, 5, "old", "refused", start - timedelta(seconds=1))
        _batch(session, 6, "ledger", "landed", start - timedelta(days=1))
    assert count(read.refused_imports(Q1)) == 1
    with bulk("test") as session:
        _batch(session, 7, "ledger", "landed", start + timedelta(days=2))
    assert count(read.refused_imports(Q1)) == 0


def _batch(session: BulkSession, key: int, source: str, state: str, at: datetime) -> None:
    session.add(filled(m.ImportBatch, id=key, source=source, state=state, at=at))
    session.flush()


def test_customers_without_an_owner(bank: SmallBank) -> None:
    before = count(read.unowned())
    with bulk("test") as session:
        session.get_one(m.Customer, OWN).manager_id = None
    assert count(read.unowned()) == before + 1
    with bulk("test") as session:
        session.get_one(m.Customer, OWN).stage = "former"
    assert count(read.unowned()) == before


def test_booked_days_and_given_months(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(delete(m.Transaction))
        session.rows(delete(m.BalanceMonth))
    assert count(read.booked()) == count(read.given_balance()) == 0
    with bulk("test") as session:
        session.add(filled(m.Transaction, customer_id=OWN, id=9_001, booked_on=date(2026, 3, 29)))
        session.add(filled(m.BalanceMonth, customer_id=OWN, account_id=1, month=date(2026, 2, 1)))
        session.add(filled(m.BalanceMonth, customer_id=OWN, account_id=1, month=date(2026, 3, 1), derived=True))
    assert count(read.booked()) == count(read.booked(date(2026, 3, 29), date(2026, 3, 31))) == 1
    assert count(read.booked(date(2026, 3, 30), date(2026, 3, 31))) == 0
    assert count(read.given_balance(date(2026, 2, 1))) == 1 and count(read.given_balance(date(2026, 3, 1))) == 0


def test_late_is_of_the_quarter_and_recorded_since(bank: SmallBank) -> None:
    since = datetime(2026, 4, 10, tzinfo=UTC)
    after, then = since + timedelta(seconds=1), since
    with bulk("test") as session:
        session.rows(delete(m.Case))
        for table in (m.Transaction, m.Contact, m.BalanceMonth, m.Holding, m.SurveyAnswer):
            session.rows(delete(table))
        _batch(session, 21, "ledger", "landed", after)
        _batch(session, 22, "ledger", "landed", then)
        for place, (day, at) in enumerate(((Q1.end, after), (Q1.end, then), (date(2026, 4, 1), after))):
            moment = day_start(day)
            session.add(filled(m.Transaction, customer_id=OWN, id=9_000 + place, booked_on=day, recorded_at=at))
            session.add(filled(m.Contact, customer_id=OWN, id=9_000 + place, happened_at=moment, created_at=at))
            session.add(filled(m.Case, customer_id=OWN, id=9_000 + place, received_at=moment, created_at=at,
                               kind="complaint", customer_kind="personal", first_owner_id=LI))  # fmt: skip
            batch = 21 if at == after else 22
            session.add(filled(m.Holding, customer_id=OWN, id=9_000 + place, started_on=day, batch_id=batch))
            session.add(filled(m.SurveyAnswer, customer_id=OWN, id=9_000 + place, asked_on=day, batch_id=batch))
        session.add(filled(m.BalanceMonth, customer_id=OWN, account_id=1, month=date(2026, 3, 1), batch_id=21))
        session.add(filled(m.BalanceMonth, customer_id=OWN, account_id=1, month=date(2026, 4, 1), batch_id=21))
    with bulk("test", write=False) as session:
        found = {kind: session.scalar(query) for kind, query in read.late(Q1, since).items()}
        assert session.scalar(select(m.Transaction.id).limit(1)) is not None
    assert found == dict.fromkeys(found, 1) and set(found) == {
        "transaction", "case", "contact", "balance_month", "holding", "survey_answer"}  # fmt: skip
