"""The fast door keeps what the slow one keeps, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from lib.store import migrate
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.load import load
from tests.cast import entered as entered

AT = datetime(2026, 2, 13, 2, 30, 15, tzinfo=UTC)
ODD = "tab\tline\nback\\slash 'quote' 、\\N"


def test_every_kind_of_value_comes_back(database_url: str, entered: Any) -> None:
    entered(database_url)
    migrate.upgrade()
    with bulk("test") as session:
        session.add(m.Customer(customer_id=1, number="1", kind="personal", stage="customer", name="x",
                               known_since=date(2026, 1, 1)))  # fmt: skip
        session.flush()
        count = load(session, m.CaseEvent, {
            "customer_id": 1, "id": np.array([1, 2, 3]), "case_id": [7, 8, 9],
            "at": np.array(["2026-02-13T02:30:15"] * 3, dtype="datetime64[s]"), "kind": "note",
            "text": [ODD, None, ""], "details": [{"说": ODD}, None, {"n": 1}],
        })  # fmt: skip
        load(session, m.CaseEvent, {
            "customer_id": [1], "id": [4], "case_id": [9], "at": [AT], "kind": ["note"],
        })  # fmt: skip
        assert (count, session.counts["case_event"]) == (3, 4)
    with bulk("test", write=False) as session:
        rows = session.scalars(select(m.CaseEvent).order_by(m.CaseEvent.id)).all()
    assert [row.text for row in rows] == [ODD, None, "", None]
    assert [row.details for row in rows] == [{"说": ODD}, None, {"n": 1}, None]
    assert {row.at for row in rows} == {AT}


def test_days_that_are_none_and_flags_come_back(database_url: str, entered: Any) -> None:
    entered(database_url)
    migrate.upgrade()
    with bulk("test") as session:
        load(session, m.Customer, {
            "customer_id": [1, 2], "number": ["1", "2"], "kind": "personal", "stage": "customer", "name": "x",
            "known_since": np.array(["2026-01-01", "2026-01-02"], dtype="datetime64[D]"),
            "closed_on": np.array(["2026-03-01", "NaT"], dtype="datetime64[D]"),
            "do_not_contact": np.array([True, False]), "created_at": AT,
        })  # fmt: skip
    with bulk("test", write=False) as session:
        first, second = session.scalars(select(m.Customer).order_by(m.Customer.customer_id))
    assert (first.closed_on, second.closed_on) == (date(2026, 3, 1), None)
    assert (first.do_not_contact, second.do_not_contact, first.version) == (True, False, 1)


def test_nothing_to_load_is_nothing_done(database_url: str, entered: Any) -> None:
    entered(database_url)
    migrate.upgrade()
    with bulk("test") as session:
        assert load(session, m.CaseNumber, {"number": [], "customer_id": [], "case_id": []}) == 0


def test_columns_of_unequal_length_are_refused(database_url: str, entered: Any) -> None:
    entered(database_url)
    migrate.upgrade()
    with pytest.raises(ValueError, match="case_number"), bulk("test") as session:
        load(session, m.CaseNumber, {"number": ["T1", "T2"], "customer_id": [1], "case_id": [1, 2]})
