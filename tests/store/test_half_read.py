"""A result read half way when something fails does not leave the next reader in the past."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.engine import engine, engine_for
from lib.store.session import open_session
from tests.cast import SmallBank, scope


def test_the_next_reader_sees_the_present(sqlite_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    crm, kept = scope("crm.zhao"), []
    names = select(m.Customer.name).order_by(m.Customer.customer_id)
    with pytest.raises(ZeroDivisionError), open_session(crm, "test") as session:
        kept.append(iter(session.scalars(names.execution_options(yield_per=1))))
        next(kept[0])
        raise ZeroDivisionError
    with bulk("test") as writer:
        writer.scalars(select(m.Customer).where(m.Customer.customer_id == 1001)).one().occupation = "木匠"
    with open_session(crm, "test") as session:
        found = session.scalar(select(m.Customer.occupation).where(m.Customer.customer_id == 1001))
    assert found == "木匠" and engine() is engine_for(sqlite_bank.url)
