"""A demonstration bank built for a test, and its rows as plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import inspect, select

from lib.jobs.demo import build
from lib.settings import settings
from lib.store import models as m
from lib.store.base import Base
from lib.store.bulk import bulk
from lib.store.engine import engine_for

TODAY = "2026-11-22"
INVENTED = (
    m.Bank, m.Branch, m.Staff, m.Product, m.CurrencyRate, m.Customer, m.CustomerNumber, m.IdentityRegistry,
    m.Assignment, m.Relation, m.Account, m.Transaction, m.BalanceMonth, m.Holding, m.Contact, m.LifeEvent,
    m.SurveyAnswer, m.Survey, m.CapacityTest,
    m.Case, m.CaseNumber, m.CaseEvent, m.CaseReview, m.Attachment, m.ChangeRequest, m.ChangeStep, m.Action,
    m.SavedView, m.DueItem,
)  # fmt: skip
# A sealed value is another one every time.
SEALED = ("identity_sealed", "phone_sealed")
Rows = dict[str, list[Any]]


@contextmanager
def as_demo(url: str, today: str = TODAY) -> Iterator[str]:
    """This process's bank is the one at the URL, on that business day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_DATABASE_URL", url)
        patch.setenv("CRM_AS_OF", today)
        settings.cache_clear()
        yield url
        engine_for(url).dispose()
    settings.cache_clear()


def built(url: str, customers: int, quarters: int = 12, seed: int = 1, today: str = TODAY) -> Rows:
    """Build a bank at the URL and read all that was invented."""
    with as_demo(url, today):
        build(customers, quarters, seed, progress=lambda _said: None)
        return read()


def read() -> Rows:
    """Every invented row of the current bank, by table."""
    with bulk("read", write=False) as session:
        return {model.__tablename__: _rows(session, model) for model in INVENTED}


def digest(rows: Rows) -> str:
    """One digest over everything that must be the same every time."""
    told = hashlib.sha256()
    for table, found in sorted(rows.items()):
        for row in found:
            said = {name: value for name, value in row._asdict().items() if name not in SEALED}
            told.update((table + json.dumps(said, sort_keys=True, default=str)).encode())
    return told.hexdigest()


def _rows(session: Any, model: type[Base]) -> list[Any]:
    mapper: Any = inspect(model)
    return list(session.execute(select(*mapper.column_attrs).order_by(*mapper.primary_key)))
