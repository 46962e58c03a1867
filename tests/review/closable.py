"""A small demonstration bank whose last ended quarter is open, made once an engine and copied for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from lib.jobs.close import close_before
from lib.jobs.demo import build
from lib.jobs.refresh import refresh
from lib.jobs.runs import FACTS
from lib.kpi import kpi_table
from lib.settings import settings, today
from lib.store import migrate
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.engine import engine_for
from lib.store.ids import new_id
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session

CUSTOMERS, QUARTERS = 60, 3
LAST = Quarter.of(today()).shift(-1)
Made = Callable[[str], str]


def quiet(_line: str) -> None:
    """Progress that nobody reads."""


@pytest.fixture(scope="session")
def closable_made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """`closable_made(engine)`: the template's URL; nothing may be written to it."""
    made: dict[str, str] = {}

    def url(engine: str) -> str:
        if engine not in made:
            if engine == "sqlite":
                made[engine] = f"sqlite:///{tmp_path_factory.mktemp('closable') / 'bank.db'}"
            else:
                made[engine] = str(request.getfixturevalue("postgres_server").create())
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CRM_DATABASE_URL", made[engine])
                patch.setenv("CRM_DEMO", "1")
                settings.cache_clear()
                migrate.upgrade()
                build(customers=CUSTOMERS, quarters=QUARTERS, seed=3, progress=quiet)
                refresh(quiet)
                close_before(LAST)
                engine_for(made[engine]).dispose()
            settings.cache_clear()
        return made[engine]

    return url


@pytest.fixture(params=("sqlite", "postgresql"))
def closable(request: pytest.FixtureRequest, closable_made: Made, new_database: Any, entered: Any) -> Iterator[str]:
    """A copy on one engine after the other."""
    yield entered(new_database(request.param, like=closable_made(request.param)))


@pytest.fixture
def closable_on_sqlite(closable_made: Made, new_database: Any, entered: Any) -> Iterator[str]:
    """A copy on SQLite."""
    yield entered(new_database("sqlite", like=closable_made("sqlite")))


def crm() -> Scope:
    """The department's person."""
    return person("crm.zhao")


def person(login: str) -> Scope:
    """Somebody of the demonstration cast."""
    with bulk("test", write=False) as session:
        who = session.scalars(select(m.Staff).where(m.Staff.login == login)).one()
        return scope_of(who.id, who.login, who.name, who.role, who.branch_id)


def facts(quarter: Quarter, version: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every stored fact of one version."""
    with bulk("test", write=False) as session:
        found = {}
        for table in FACTS:
            rows = session.execute(
                select(*table.__table__.c).where(table.quarter == str(quarter), table.version == version)
            )
            found[table.__tablename__] = sorted((tuple(row) for row in rows), key=str)
        return found


def told(quarter: Quarter, by: str = "bank", version: int | None = None) -> list[Any]:
    """What kpi_table says of a quarter, definitions and targets included."""
    versions = {} if version is None else {str(quarter): version}
    with open_session(crm(), "test") as session:
        keys = [kpi.key for kpi in rulebook().kpis(quarter.end)]
        return kpi_table(session, rulebook(), keys, [quarter], by, versions=versions)


def runs(quarter: Quarter) -> dict[int, str]:
    """Version → state."""
    with bulk("test", write=False) as session:
        rows = session.scalars(select(m.QuarterRun).where(m.QuarterRun.quarter == str(quarter)))
        return {run.version: run.state for run in rows}


def closed_run(quarter: Quarter) -> m.QuarterRun:
    """The closed version."""
    with bulk("test", write=False) as session:
        at = (m.QuarterRun.quarter == str(quarter), m.QuarterRun.state == "closed")
        return session.scalars(select(m.QuarterRun).where(*at)).one()


def add_late_rows(quarter: Quarter, customers: int = 5) -> int:
    """Transactions of the quarter that arrive now: the customers' first in it, where they had none; how many."""
    line = m.Transaction
    with bulk("late rows") as session:
        quiet_ones = select(m.CustomerQuarter.customer_id).where(
            m.CustomerQuarter.quarter == str(quarter), m.CustomerQuarter.active == 0, m.CustomerQuarter.closed == 0
        )
        first = select(m.Account.customer_id, func.min(m.Account.id)).where(
            m.Account.customer_id.in_(quiet_ones), m.Account.category == "deposit"
        ).group_by(m.Account.customer_id).order_by(m.Account.customer_id).limit(customers)  # fmt: skip
        found = session.execute(first).all()
        for customer_id, account_id in found:
            session.add(line(
                customer_id=customer_id, id=new_id(), account_id=account_id, booked_on=quarter.start, kind="transfer",
                direction="credit", amount_fen=800_000_00, currency="CNY", by_customer=True,
            ))  # fmt: skip
        session.note("transaction", len(found))
        return len(found)
