"""The engine of the bank's database: one code path for SQLite and PostgreSQL, and this process's node number."""

from __future__ import annotations

import atexit
import secrets
import threading
import time
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from lib.settings import now, settings
from lib.store import ids
from lib.store.models import NodeLease

WRITE = "crm_write"
_LEASE = timedelta(hours=24)


@lru_cache(maxsize=8)
def engine_for(url: str) -> Engine:
    """The engine of one database; write transactions on SQLite begin IMMEDIATE (see DECISIONS).

    What a failed statement was given stays out of its error, and so out of the log.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True)
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    threads = {"check_same_thread": False}
    engine = create_engine(url, pool_size=10, max_overflow=20, connect_args=threads, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def engine() -> Engine:
    """The engine of this process's bank."""
    return engine_for(settings().database_url)


def write_engine() -> Engine:
    """The same engine for transactions that will write."""
    return engine().execution_options(**{WRITE: True})


def is_one_file() -> bool:
    """Whether the bank is a file that one process reads at a time's cost: then long reads are told in parts."""
    return engine().dialect.name == "sqlite"


def analyse() -> None:
    """Let the engine look at what the tables hold now, so that it chooses the right index; after large writes."""
    with write_engine().execution_options(isolation_level="AUTOCOMMIT").connect() as link:
        if link.dialect.name == "sqlite":
            link.exec_driver_sql("PRAGMA analysis_limit=1000")
        link.exec_driver_sql("ANALYZE")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "synchronous=NORMAL",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get(WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def lease_node() -> int:
    """Take a free node number for this process, renew it while it runs and give it back at exit.

    An expired lease is free. RuntimeError, with a sentence, when 64 processes hold one.
    """
    holder = secrets.token_hex(8)
    until = now() + _LEASE
    for node in range(64):
        with write_engine().begin() as link:
            held = link.execute(select(NodeLease.until).where(NodeLease.node == node)).scalar()
            if held is None and _insert_lease(link, node, holder, until):
                return _use(node, holder)
            if held is not None and held < now():
                taken = link.execute(
                    update(NodeLease)
                    .where(NodeLease.node == node, NodeLease.until == held)
                    .values(holder=holder, until=until)
                )
                if taken.rowcount == 1:
                    return _use(node, holder)
    raise RuntimeError("64 processes already hold a node number; end one of them or wait for its lease to expire.")


def _insert_lease(link: Any, node: int, holder: str, until: Any) -> bool:
    try:
        with link.begin_nested():
            link.execute(insert(NodeLease).values(node=node, holder=holder, until=until))
    except IntegrityError:
        return False
    return True


def _use(node: int, holder: str) -> int:
    ids.use_node(node)
    url = settings().database_url
    atexit.register(_release, url, holder)
    threading.Thread(target=_renew, args=(url, holder), daemon=True).start()
    return node


def _renew(url: str, holder: str) -> None:
    while True:
        time.sleep(_LEASE.total_seconds() / 24)
        _set_until(url, holder, now() + _LEASE)


def _release(url: str, holder: str) -> None:
    """Free from the moment of the last id on: a process that made many has run ahead of the clock."""
    _set_until(url, holder, max(now(), ids.last_moment()))


def _set_until(url: str, holder: str, until: datetime) -> None:
    try:
        with engine_for(url).execution_options(**{WRITE: True}).begin() as link:
            link.execute(update(NodeLease).where(NodeLease.holder == holder).values(until=until))
    except Exception:  # the database may be away or gone: the next renewal comes, or the lease expires by itself
        return
