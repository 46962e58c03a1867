"""What tests of messages begin with: a bank in which OWN may be written to, and messages as they stand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from lib.care.messages import MessageForm, queue
from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import open_session
from tests.cast import OWN, number_of, scope

TEXT = "欧阳小明先生，您好！祝您生日快乐。"


def clean() -> None:
    """Nobody was written to or spoken with, nothing stands open; the quiet days of the rule are as shipped."""
    with bulk("test") as session:
        for table in (m.Message, m.Contact):
            for row in session.scalars(select(table)):
                session.delete(row)
        session.execute(update(m.Case).values(state="closed"))


def given(customer_id: int, **values: Any) -> None:
    """Set columns of a customer."""
    with bulk("test") as session:
        session.execute(update(m.Customer).where(m.Customer.customer_id == customer_id).values(**values))


def form(**more: Any) -> MessageForm:
    """A birthday message to be sent today."""
    said: dict[str, Any] = {"occasion": "birthday", "channel": "sms", "text": TEXT, "send_on": loud_day()}
    return MessageForm(**{**said, **more})


def loud_day() -> date:
    """Today, or the next day that is not quiet."""
    from lib.care.rules import rules_of
    from lib.store.book import rulebook

    rules, day = rules_of(rulebook(), today()), today()
    while rules.is_quiet(day):
        day += timedelta(days=1)
    return day


def queued(login: str = "rm.zhang", customer_id: int = OWN, once: str = "one", **more: Any) -> m.Message:
    """A message queued by somebody."""
    with open_session(scope(login), "test", write=True) as session:
        row = queue(session, number_of(customer_id), form(**more), once)
    assert row is not None
    return row


def message(message_id: int) -> m.Message:
    """A message as it stands."""
    with bulk("look", write=False) as session:
        return session.scalars(select(m.Message).where(m.Message.id == message_id)).one()


def due_item(kind: str = "birthday", customer_id: int = OWN, **more: Any) -> m.DueItem:
    """An open due item of rm.zhang's."""
    from tests.cast import NORTH, ZHANG, filled

    with bulk("test") as session:
        row = filled(m.DueItem, **{"customer_id": customer_id, "id": 900, "kind": kind, "subject_key": "k",
                                   "owner_id": ZHANG, "branch_id": NORTH, "due_on": today(),
                                   "original_due_on": today(), "about_on": today(),
                                   "by_rule": True, **more})  # fmt: skip
        session.add(row)
        session.flush()
        return row
