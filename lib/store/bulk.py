"""The door for jobs, imports and the demonstration bank: whole-bank by name, one audit entry a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lib.store import audit, search
from lib.store.base import Base
from lib.store.engine import engine, write_engine
from lib.store.mask import View, viewing


class BulkSession(Session):
    """A session that names the job it works for; `note` collects what its audit entry will say."""

    def __init__(self, job: str, *, write: bool) -> None:
        super().__init__(bind=write_engine() if write else engine(), autoflush=True, expire_on_commit=False)
        self.job = job
        self.counts: dict[str, int] = {}

    def note(self, what: str, rows: int) -> None:
        """Add a count to the batch's one audit entry."""
        self.counts[what] = self.counts.get(what, 0) + rows

    def rows(self, statement: Any) -> int:
        """Execute a set-based statement; how many rows it touched, on every engine."""
        done: Any = self.execute(statement, execution_options={"preserve_rowcount": True, "synchronize_session": False})
        # Python's sqlite3 counts only statements that begin with INSERT, not those that begin with WITH.
        return int(done.rowcount if done.rowcount >= 0 else self.scalar(select(func.changes())) or 0)

    def insert(self, table: type[Base], rows: Sequence[dict[str, Any]]) -> int:
        """Insert rows given as values per column and note how many."""
        if rows:
            self.execute(insert(table), rows)
            self.note(table.__tablename__, len(rows))
        return len(rows)

    def index_names(self, names: Iterable[tuple[int, str]], *, fresh: bool = False) -> None:
        """Make customers findable by name; `fresh` says that none of them was indexed before."""
        search.put(self.connection(), names, fresh=fresh)

    def index_cases(self, texts: Iterable[tuple[int, str]], *, fresh: bool = False) -> None:
        """Make cases findable by what they say; `fresh` says that none of them was indexed before."""
        search.put_cases(self.connection(), texts, fresh=fresh)

    def forget_cases(self, case_ids: Iterable[int]) -> None:
        """Make cases no longer findable by what they said."""
        search.remove(self.connection(), case_ids, "case")

    def forget_names(self, customer_ids: Iterable[int]) -> None:
        """Make customers no longer findable by name."""
        search.remove(self.connection(), customer_ids)


@contextmanager
def bulk(job: str, *, write: bool = True) -> Iterator[BulkSession]:
    """The whole bank, for a named job. With `write` it is one transaction and one audit entry with its counts."""
    with viewing(View()), BulkSession(job, write=write) as session:
        try:
            yield session
            if write:
                if session.counts:
                    counts = dict(session.counts)
                    audit.append(session, 0, None, job, "job", "batch", "many", job[:60], None, counts)
                session.commit()
        except BaseException:
            session.invalidate()  # for the reason given in open_session
            raise
