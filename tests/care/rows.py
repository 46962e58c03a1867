"""Due items of the small bank, made for the tests of today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, update

from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import CUSTOMERS, filled


def item(customer_id: int, kind: str, days: int = 0, **given: Any) -> m.DueItem:
    """An open item of a customer's manager, due so many days from today."""
    _name, _kind, _stage, manager, branch = CUSTOMERS[customer_id]
    due_on: date = today() + timedelta(days=days)
    number = given.pop("id", 90_000 + hash((customer_id, kind, days, given.get("title"))) % 10_000_000)
    return filled(m.DueItem, **{
        "customer_id": customer_id, "id": number, "kind": kind, "subject_key": str(number), "due_on": due_on,
        "original_due_on": due_on, "owner_id": manager, "branch_id": branch, "attempts": 0, "version": 1, **given,
    })  # fmt: skip


def only(*items: m.DueItem) -> None:
    """These items and no other; no case has a clock that runs."""
    with bulk("today tests") as session:
        session.rows(delete(m.DueItem))
        session.rows(update(m.Case).values(promise_due_at=None, legal_due_at=None))
        session.add_all(items)
