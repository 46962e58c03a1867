"""The small bank itself: everyone of the cast is there, every owned table holds a row of every customer."""

from __future__ import annotations

from sqlalchemy import func, select

from lib.store import audit
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.people import CAST
from tests.cast import CUSTOMERS, STAFF, SmallBank, owned_tables


def test_the_whole_cast_works_here(bank: SmallBank) -> None:
    assert set(CAST) <= set(STAFF)
    with bulk("count", write=False) as session:
        assert session.scalar(select(func.count(m.Staff.id))) == len(STAFF)


def test_every_owned_table_holds_a_row_of_every_customer(bank: SmallBank) -> None:
    with bulk("count", write=False) as session:
        for table in owned_tables():
            assert set(session.scalars(select(table.customer_id))) == set(CUSTOMERS), table.__tablename__


def test_its_trail_holds(bank: SmallBank) -> None:
    with bulk("verify", write=False) as session:
        assert list(audit.verify(session)) == []
