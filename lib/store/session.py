"""A person's session with the store: every read narrowed, every write checked, versioned and audited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.exc import StaleDataError

from lib.store import audit
from lib.store import models as m
from lib.store.base import Base
from lib.store.engine import engine, write_engine
from lib.store.mask import viewing
from lib.store.narrow import NARROWING, is_owned, narrowing
from lib.store.rights import writable
from lib.store.scope import Scope
from lib.store.statement import PassesBy, tables_of


class Refused(PermissionError):
    """The scope does not reach what was asked; the message is a sentence for the user."""


class Conflict(Exception):
    """Somebody saved the same record first; `theirs` holds the values now stored, `version` their version."""

    def __init__(self, theirs: dict[str, Any], version: int | None) -> None:
        super().__init__("the record was saved by somebody else meanwhile")
        self.theirs = theirs
        self.version = version


class StoreSession(Session):
    """The session of one scope. Only ORM selects pass; raw SQL, bare tables and bulk statements are refused."""

    def __init__(self, scope: Scope, page: str, *, write: bool) -> None:
        super().__init__(bind=write_engine() if write else engine(), autoflush=write, expire_on_commit=False)
        self.scope = scope
        self.page = page
        self.may_write = write
        self.registering: set[int] = set()  # customers exactly identified to register a case for
        self.entering: set[int] = set()  # outsiders entered with the case they register
        self.reached: set[int] = set()

    def get(self, entity: Any, ident: Any, **how: Any) -> Any:
        """Like Session.get, but always through a narrowed select."""
        keys = inspect(entity).primary_key
        values = ident if isinstance(ident, tuple) else (ident,)
        where = [
            inspect(entity).get_property_by_column(key).class_attribute == v
            for key, v in zip(keys, values, strict=True)
        ]
        return self.scalars(select(entity).where(*where)).one_or_none()

    def connection(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: a bare connection would pass the scope by."""
        raise Refused("a bare connection passes the scope by")

    def _refuse_bulk(self, *args: Any, **kwargs: Any) -> Any:
        raise Refused("bulk statements pass the audit trail by; use lib.store.bulk in a job")

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


def save(session: StoreSession, row: Any, read_version: int, changes: dict[str, Any]) -> None:
    """Apply `changes` to a row that was read at `read_version`; raises Conflict when it was saved since."""
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
        raise Refused("only reads pass as statements; change rows through the session")
    try:
        tables = tables_of(state.statement)
    except PassesBy as passing:
        raise Refused(str(passing)) from None
    state.statement = state.statement.options(*narrowing(session.scope, tables))  # type: ignore[attr-defined]


@event.listens_for(StoreSession, "before_flush")
def _check_and_audit(session: Session, _context: Any, _instances: Any) -> None:
    assert isinstance(session, StoreSession)
    changed = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    if changed and not session.may_write:
        raise Refused("this session was opened for reading")
    with session.no_autoflush:
        for row in changed:
            _check(session, row)
        for row in changed:
            audit.record(session, session.scope, session.page, row, _action(session, row))


def _action(session: Session, row: Any) -> str:
    return "insert" if row in session.new else "delete" if row in session.deleted else "update"


def _check(session: StoreSession, row: Base) -> None:
    table = row.__tablename__
    if isinstance(row, m.AuditEntry | m.AccessEntry | m.CaseNumber):
        if row not in session.new:
            raise Refused(f"{table} is append-only")
        return
    if isinstance(row, m.Customer | m.CustomerNumber) and row.customer_id in session.entering:
        if row not in session.new:
            raise Refused("an outsider is entered once")
        return
    if table not in writable(session.scope.role):
        raise Refused(f"role {session.scope.role} does not write {table}")
    if isinstance(row, m.CaseEvent) and row not in session.new:
        raise Refused("case_event is append-only")
    if isinstance(row, m.Case | m.CaseEvent):
        _check_case(session, row)
    elif is_owned(type(row)):
        _check_customer(session, row)


def _check_customer(session: StoreSession, row: Any) -> None:
    """The row's customer must be within the scope's full reach, judged by what is stored, not by the row in hand."""
    customer_id = row.customer_id
    if customer_id in session.reached:
        return
    stored = session.scalar(select(m.Customer.customer_id).where(m.Customer.customer_id == customer_id))
    if stored is None or session.scope.narrow:
        raise Refused("this customer is outside your scope")
    session.reached.add(customer_id)


def _check_case(session: StoreSession, row: Any) -> None:
    case_id = row.id if isinstance(row, m.Case) else row.case_id
    if any(isinstance(new, m.Case) and new.id == case_id for new in session.new):
        return _check_registration(session, row)
    stored = session.scalar(
        select(m.Case.id).where(m.Case.customer_id == row.customer_id, m.Case.id == case_id)
    )
    if stored is None:
        raise Refused("this case is outside your scope")


def _check_registration(session: StoreSession, row: Any) -> None:
    """Anyone may register a case for a customer they reach or have exactly identified; they become its first owner."""
    if isinstance(row, m.Case) and (row.first_owner_id != session.scope.staff_id or row.state != "received"):
        raise Refused("whoever registers a case is its first owner, and it begins as received")
    if row.customer_id not in session.registering:
        _check_customer(session, row)


assert set(NARROWING) == {mapper.class_ for mapper in Base.registry.mappers}, "a table nobody has decided on"
