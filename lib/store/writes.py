"""What a person's session may write: by role, within reach, appended where nothing is changed, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from lib.store import models as m
from lib.store.base import Base
from lib.store.door import link_of
from lib.store.narrow import is_owned
from lib.store.rights import held, writable
from lib.store.scope import PassesBy, Refused
from lib.words import _, name

if TYPE_CHECKING:
    from lib.store.session import StoreSession

APPENDED = (m.AuditEntry, m.AccessEntry, m.CaseNumber, m.CaseEvent)


def check(session: StoreSession, row: Base) -> None:
    """Raises Refused, with a sentence, for what the session's scope may not write; PassesBy for what nobody may."""
    table, fresh = row.__tablename__, row in session.new
    if row in session.deleted:
        raise Refused(_("记录不能删除：结束的只关闭，并保留。"))
    if not fresh:
        _check_columns(row)
    if isinstance(row, m.AuditEntry | m.AccessEntry):
        if row.actor_id != session.scope.staff_id:
            raise PassesBy(f"{table} is written in one's own name")
        return
    if isinstance(row, m.Customer | m.CustomerNumber) and row.customer_id in session.entering:
        if not fresh:
            raise PassesBy("an outsider is entered once")
        return
    if isinstance(row, m.CaseNumber):
        return _check_number(session, row)
    if table not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
    if isinstance(row, m.Case | m.CaseEvent):
        _check_case(session, row)
    elif is_owned(type(row)):
        _check_customer(session, row)


def _check_columns(row: Base) -> None:
    if isinstance(row, APPENDED):
        raise PassesBy(f"{row.__tablename__} is append-only")
    state: Any = inspect(row)
    fixed = held(row.__tablename__) | {key.key for key in state.mapper.primary_key}
    changed = sorted(field for field in fixed if state.attrs[field].history.has_changes())
    if changed:
        raise PassesBy(f"{row.__tablename__}.{changed[0]} is not changed by an edit")


def _check_customer(session: StoreSession, row: Any) -> None:
    """The row's customer must be within the scope's full reach, judged by what is stored, not by the row in hand."""
    customer_id = row.customer_id
    if customer_id in session.reached:
        return
    stored = session.scalar(select(m.Customer.customer_id).where(m.Customer.customer_id == customer_id))
    if stored is None or session.scope.narrow:
        raise Refused(_("这位客户不在你的范围内。"))
    session.reached.add(customer_id)


def _check_case(session: StoreSession, row: Any) -> None:
    if isinstance(row, m.CaseEvent) and row.staff_id != session.scope.staff_id:
        raise PassesBy("the history of a case is written in one's own name")
    case_id = row.id if isinstance(row, m.Case) else row.case_id
    if _registered_now(session, row.customer_id, case_id):
        return _check_registration(session, row)
    stored = session.scalar(select(m.Case.id).where(m.Case.customer_id == row.customer_id, m.Case.id == case_id))
    if stored is None:
        raise Refused(_("这件事项不在你的范围内。"))


def _check_registration(session: StoreSession, row: Any) -> None:
    """Anyone may register a case for a customer they reach or have exactly identified; they become its first owner."""
    if isinstance(row, m.Case):
        if row.first_owner_id != session.scope.staff_id or row.state != "received":
            raise PassesBy("whoever registers a case is its first owner, and it begins as received")
        if (row.manager_id, row.branch_id) != _owner_of(session, row.customer_id):
            raise PassesBy("a case belongs to the branch and manager of its customer")
    if row.customer_id not in session.registering:
        _check_customer(session, row)


def _check_number(session: StoreSession, row: m.CaseNumber) -> None:
    if not _registered_now(session, row.customer_id, row.case_id):
        raise PassesBy("a case number is given with its case")


def _registered_now(session: StoreSession, customer_id: int, case_id: int) -> bool:
    return any(isinstance(new, m.Case) and (new.customer_id, new.id) == (customer_id, case_id) for new in session.new)


def _owner_of(session: StoreSession, customer_id: int) -> tuple[int | None, int | None]:
    """Manager and branch of a customer as stored; none of a person who is being entered."""
    customer = m.Customer.__table__.c
    owner = select(customer.manager_id, customer.branch_id).where(customer.customer_id == customer_id)
    row = link_of(session).execute(owner).one_or_none()
    return (None, None) if row is None else (row.manager_id, row.branch_id)
