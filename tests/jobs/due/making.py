"""The cast with nothing due: each test sets what its one rule looks at, and runs that rule for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.settings import today
from lib.store.book import rulebook
from lib.store.bulk import BulkSession, bulk
from lib.store.ids import new_id
from lib.store.models import Account, Contact, Customer, CustomerQuarter, DueItem, Holding, LifeEvent
from lib.store.quarter import Quarter
from tests.cast import ZHANG

ALL = Chunk(0, 2**53)
Write = Callable[[BulkSession, Frame, Chunk], int]


def frame(on: date | None = None) -> Frame:
    """The running quarter as refresh sees it on a day."""
    day = on or today()
    return Frame(Quarter.of(day), 1, day, None, rulebook(), "CNY", {}, ("corporate", "personal"))


def run(write: Write, on: date | None = None) -> int:
    """Let one rule write what is due."""
    with bulk("refresh") as session:
        return write(session, frame(on), ALL)


def nothing() -> None:
    """Nobody was ever spoken with, holds anything, is warned of or has anything due; everybody opened today."""
    with bulk("test") as session:
        for table in (DueItem, Contact, LifeEvent, Holding, Account, CustomerQuarter):
            session.rows(delete(table))
        session.rows(
            update(Customer).values(opened_on=today(), birth_date=None, special_care=None, verified_on=today())
        )


def given(customer_id: int, **values: Any) -> None:
    """Set columns of a customer."""
    with bulk("test") as session:
        session.rows(update(Customer).where(Customer.customer_id == customer_id).values(**values))


def add(row: Any) -> None:
    """Put a row in."""
    with bulk("test") as session:
        session.add(row)


def talked(customer_id: int, days_ago: int, *, purpose: str = "visit", outcome: str = "reached") -> None:
    """A conversation so many days before today, at noon in Shanghai."""
    at = datetime.combine(today() - timedelta(days=days_ago), datetime.min.time(), UTC) + timedelta(hours=4)
    add(Contact(customer_id=customer_id, id=new_id(), staff_id=ZHANG, happened_at=at, channel="phone",
                purpose=purpose, outcome=outcome))  # fmt: skip


def quarter_of(customer_id: int, **values: Any) -> CustomerQuarter:
    """Facts of the running quarter: zero but for what is given."""
    columns = CustomerQuarter.__table__.c
    plain: dict[str, Any] = {c.name: "none" if c.type.python_type is str else 0
                             for c in columns if not c.nullable and c.server_default is None}  # fmt: skip
    return CustomerQuarter(**{**plain, "customer_id": customer_id, "quarter": str(Quarter.of(today())), "version": 1,
                              "kind": "personal", "tier": "mass", **values})  # fmt: skip


def items(kind: str, customer_id: int | None = None) -> list[DueItem]:
    """What there is of a kind, by customer and day."""
    query = select(DueItem).where(DueItem.kind == kind).order_by(DueItem.customer_id, DueItem.due_on, DueItem.id)
    if customer_id is not None:
        query = query.where(DueItem.customer_id == customer_id)
    with bulk("test", write=False) as session:
        return list(session.scalars(query))
