"""Entering a prospect: who is on record already is looked for past the scope and told as little as helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from lib.settings import today
from lib.store.audit import note_access
from lib.store.crypto import blind
from lib.store.door import link_of
from lib.store.entering import Newcomer, enter
from lib.store.ids import new_id
from lib.store.models import Assignment, Customer, Staff
from lib.store.narrow import not_later
from lib.store.rights import writable
from lib.store.scope import Scope
from lib.store.session import Refused, StoreSession
from lib.words import _, name

_WHY = "register a prospect"


class OnRecord(NamedTuple):
    """One on record with the same number. `customer` only within reach; `same_name` tells a family's shared phone."""

    customer: Customer | None
    by_identity: bool
    same_name: bool


def on_record(session: StoreSession, who: Newcomer) -> list[OnRecord]:
    """Whoever has exactly this identity number or phone, whoever's they are; every look at one is ledgered.

    Of a record that was merged, the one that stands is meant. Refused for those who write no customers. Needs a
    session opened for writing.
    """
    _refuse_others(session)
    table, hashes = Customer.__table__.c, _hashes(who)
    if not hashes:
        return []
    same = or_(*(table[column] == value for column, value in hashes.items()))
    columns = (table.customer_id, table.kind, table.name, table.identity_hash, table.merged_into_id)
    query = select(*columns).where(same, not_later(Customer, table)).order_by(table.customer_id)
    found: dict[int, OnRecord] = {}
    for row in link_of(session).execute(query):
        standing = row.merged_into_id or row.customer_id
        note_access(session, session.scope, session.page, standing, "locate", _WHY)
        by_identity = row.identity_hash is not None and row.identity_hash == hashes.get("identity_hash")
        said = OnRecord(_reached(session, standing), by_identity, (row.kind, row.name) == (who.kind, who.name))
        if standing not in found or by_identity:
            found[standing] = said
    session.flush()
    return sorted(found.values(), key=lambda one: not one.by_identity)


def referrer(session: StoreSession, number: str) -> int | None:
    """The id of the customer with exactly this number, whoever's it is; ledgered. None for an outsider or nobody."""
    _refuse_others(session)
    table = Customer.__table__.c
    wanted = (table.number == number.strip(), table.stage != "outsider", not_later(Customer, table))
    row = link_of(session).execute(select(table.customer_id, table.merged_into_id).where(*wanted)).one_or_none()
    if row is None:
        return None
    standing: int = row.merged_into_id or row.customer_id
    note_access(session, session.scope, session.page, standing, "locate", _WHY)
    return standing


def enter_prospect(session: StoreSession, who: Newcomer, manager_id: int) -> tuple[int, str]:
    """Add the prospect with its owner, whose history begins today; its id and number.

    A relationship manager enters for themselves, a head for a manager of the branch, the department for any; Refused
    otherwise, and when the identity number is on record.
    """
    _refuse_others(session)
    manager = session.scalars(select(Staff).where(Staff.id == manager_id)).one_or_none()
    if manager is None or not _may_own(session.scope, manager):
        raise Refused(_("请选择范围内在职的客户经理。"))
    customer_id, number = enter(session, who, "prospect", manager.id, manager.branch_id)
    session.flush()
    session.add(Assignment(customer_id=customer_id, id=new_id(), since_day=today(), manager_id=manager.id,
                           branch_id=manager.branch_id))  # fmt: skip
    session.flush()
    return customer_id, number


def owners_for(scope: Scope, managers: Sequence[Staff]) -> list[Staff]:
    """Those of the managers for whom the scope may enter a prospect."""
    return [one for one in managers if _may_own(scope, one)]


def _may_own(scope: Scope, manager: Staff) -> bool:
    if manager.role != "manager" or not manager.active:
        return False
    reach = {"own": manager.id == scope.staff_id, "branch": manager.branch_id == scope.branch_id, "bank": True}
    return reach.get(scope.customers, False)


def _hashes(who: Newcomer) -> dict[str, str]:
    given = {"identity": who.identity, "phone": who.phone}
    return {f"{field}_hash": blind(field, value) for field, value in given.items() if value}


def _reached(session: StoreSession, customer_id: int) -> Customer | None:
    return session.scalars(select(Customer).where(Customer.customer_id == customer_id)).one_or_none()


def _refuse_others(session: StoreSession) -> None:
    if "customer" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
