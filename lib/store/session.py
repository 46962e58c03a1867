"""A person's session with the store: every read narrowed, every write checked, versioned and audited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.exc import NoResultFound, StaleDataError

from lib.store import audit
from lib.store.base import Base
from lib.store.engine import engine, write_engine
from lib.store.mask import viewing
from lib.store.narrow import NARROWING, narrowing
from lib.store.outgoing import Told
from lib.store.scope import PassesBy, Scope
from lib.store.scope import Refused as Refused
from lib.store.statement import tables_of
from lib.store.writes import check
from lib.words import _


class Conflict(Exception):
    """Somebody saved the same record first; `theirs` holds the values now stored, `version` their version."""

    def __init__(self, theirs: dict[str, Any], version: int | None) -> None:
        super().__init__("the record was saved by somebody else meanwhile")
        self.theirs = theirs
        self.version = version


class StoreSession(Session):
    """The session of one scope. Only ORM selects pass; raw SQL, bare tables and bulk statements are refused."""

    def __init__(self, scope: Scope, page: str, *, write: bool) -> None:
        super().__init__(autoflush=write, expire_on_commit=False)
        self._engine = write_engine() if write else engine()
        self.scope = scope
        self.page = page
        self.may_write = write
        self.registering: set[int] = set()  # customers exactly identified to register a case for
        self.entering: set[int] = set()  # people and firms entered just now
        self.released: dict[int, frozenset[str]] = {}  # customers whose stage is being moved, and the columns of it
        self.applying: set[int] = set()  # customers whose accepted change is being carried out
        self.reached: set[int] = set()
        self.writing_to: dict[int, Told] = {}  # customers who get a message in this transaction

    def get(self, entity: Any, ident: Any, **how: Any) -> Any:
        """Like Session.get, but always through a narrowed select."""
        keys = [inspect(entity).get_property_by_column(key) for key in inspect(entity).primary_key]
        if isinstance(ident, dict):
            ident = tuple(ident[key.key] for key in keys)
        values = ident if isinstance(ident, tuple) else (ident,)
        where = [key.class_attribute == value for key, value in zip(keys, values, strict=True)]
        return self.scalars(select(entity).where(*where)).one_or_none()

    def get_one(self, entity: Any, ident: Any, **how: Any) -> Any:
        """Like get, but a row out of reach is an error."""
        found = self.get(entity, ident)
        if found is None:
            raise NoResultFound("no such row within the scope")
        return found

    def get_bind(self, mapper: Any = None, *, clause: Any = None, **how: Any) -> Any:
        """Refused when asked for as such: an engine would pass the scope by. SQLAlchemy names what it is for."""
        if mapper is None and clause is None:
            raise PassesBy("a bare engine passes the scope by")
        return self._engine

    def connection(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: a bare connection would pass the scope by."""
        raise PassesBy("a bare connection passes the scope by")

    def _refuse_bulk(self, *args: Any, **kwargs: Any) -> Any:
        raise PassesBy("bulk statements pass the audit trail by; use lib.store.bulk in a job")

    bulk_save_objects = _refuse_bulk
    bulk_insert_mappings = _refuse_bulk
    bulk_update_mappings = _refuse_bulk


@contextmanager
def open_session(scope: Scope, page: str, *, write: bool = False) -> Iterator[StoreSession]:
    """A session for a scope. With `write` it is one transaction, committed when the block ends without an error.

    Raises Conflict when another person saved a record of this transaction first, Refused for what the scope may not.
    """
    with viewing(scope.view), StoreSession(scope, page, write=write) as session:
        try:
            yield session
            if write:
                session.commit()
        except StaleDataError as stale:
            session.rollback()
            raise Conflict({}, None) from stale
        except BaseException:
            # A result read half way keeps SQLite's snapshot open: the next user of the connection would see the past.
            session.invalidate()
            raise


def save(session: StoreSession, row: Any, read_version: int, changes: dict[str, Any]) -> None:
    """Apply `changes` to a row that was read at `read_version`; raises Conflict when it was saved since.

    The row is read again and locked first, so that of two who save at once the second is told what the first wrote.
    """
    keys = inspect(row).mapper.primary_key
    same = [getattr(type(row), key.key) == getattr(row, key.key) for key in keys]
    now = select(type(row)).where(*same).with_for_update(of=type(row)).execution_options(populate_existing=True)
    if session.scalars(now).one_or_none() is None:
        raise Refused(_("这条记录不在你的范围内。"))
    if row.version != read_version:
        raise Conflict({name: getattr(row, name) for name in changes}, row.version)
    for name, value in changes.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


@event.listens_for(StoreSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    session = state.session
    assert isinstance(session, StoreSession)
    if not state.is_select:
        raise PassesBy("only reads pass as statements; change rows through the session")
    if state.is_column_load or state.load_options._refresh_state is not None:
        raise PassesBy("a known row is read again by a select: refreshing it would not be narrowed")
    tables = tables_of(state.statement)
    state.bind_arguments.setdefault("clause", state.statement)
    state.statement = state.statement.options(*narrowing(session.scope, tables))


@event.listens_for(StoreSession, "before_flush")
def _check_and_audit(session: Session, _context: Any, _instances: Any) -> None:
    assert isinstance(session, StoreSession)
    changed = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    if changed and not session.may_write:
        raise PassesBy("this session was opened for reading")
    with session.no_autoflush:
        for row in changed:
            check(session, row)
        for row in changed:
            audit.record(session, session.scope, session.page, row, _action(session, row))


def _action(session: Session, row: Any) -> str:
    return "insert" if row in session.new else "delete" if row in session.deleted else "update"


assert set(NARROWING) == {mapper.class_ for mapper in Base.registry.mappers}, "a table nobody has decided on"
