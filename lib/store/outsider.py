"""Entering a complainant who is no customer: a row of stage outsider, made with the case it is needed for."""

from __future__ import annotations

from sqlalchemy import or_, select

from lib.store import mask
from lib.store.audit import note_access
from lib.store.crypto import blind
from lib.store.door import link_of
from lib.store.entering import Newcomer, enter
from lib.store.models import Customer
from lib.store.narrow import not_later
from lib.store.reveal import Located
from lib.store.rights import writable
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.words import name as word


def enter_outsider(
    session: StoreSession,
    kind: str,
    name: str,
    phone: str | None,
    email: str | None,
    *,
    identity: str | None = None,
    address: str | None = None,
    legal_representative: str | None = None,
) -> Located:
    """Add the person or firm, with no owner and nothing else known, and let the session register a case for it.

    Anyone who may write cases may do this (law: 银行业保险业消费投诉处理管理办法, complainants need not be customers);
    Refused for the others. Who is on record under the same name with this phone or identity number is that person,
    and gets no second row; Refused where the identity number is on record under another name. `identity` is a
    person's paper or a firm's USCC. It is written with the session's transaction.
    """
    _refuse_those_without_cases(session)
    known = _known(session, kind, name, phone, identity)
    if known is not None:
        note_access(session, session.scope, session.page, known.customer_id, "locate", "register a case")
        session.registering.add(known.customer_id)
        return known
    who = Newcomer(kind, name, phone, identity, email, address, legal_representative, source="complaint")
    customer_id, number = enter(session, who, "outsider")
    session.registering.add(customer_id)
    return Located(customer_id, number, kind, mask.name(name), mask.phone(phone) if phone else None, None, None)


def known_outsider(session: StoreSession, kind: str, name: str, phone: str | None, identity: str | None) -> int | None:
    """The customer id `enter_outsider` would register a case for, if this is somebody already on record."""
    _refuse_those_without_cases(session)
    found = _known(session, kind, name, phone, identity)
    return found.customer_id if found else None


def _known(session: StoreSession, kind: str, name: str, phone: str | None, identity: str | None) -> Located | None:
    hashes = [("phone_hash", blind("phone", phone))] if phone else []
    hashes += [("identity_hash", blind("identity", identity))] if identity else []
    if not hashes:
        return None
    table = Customer.__table__.c
    found = link_of(session).execute(
        select(table.customer_id, table.number, table.kind, table.name, table.phone_masked, table.identity_hash,
               table.branch_id, table.manager_id, table.merged_into_id)
        .where(or_(*(table[column] == value for column, value in hashes)), not_later(Customer, table))
        .order_by(table.customer_id)
    ).all()  # fmt: skip
    for row in found:
        if (row.name, row.kind) == (name, kind):
            return _standing(session, row.merged_into_id or row.customer_id)
    if any(("identity_hash", row.identity_hash) in hashes for row in found):
        raise Refused(_("这个证件号已登记在另一个名称下，请核对。"))
    return None


def _standing(session: StoreSession, customer_id: int) -> Located:
    """What is told of somebody on record, by the record that stands."""
    table = Customer.__table__.c
    columns = (table.customer_id, table.number, table.kind, table.name, table.phone_masked, table.branch_id,
               table.manager_id)  # fmt: skip
    row = link_of(session).execute(select(*columns).where(table.customer_id == customer_id)).one()
    return Located(row.customer_id, row.number, row.kind, mask.name(row.name), row.phone_masked, row.branch_id,
                   row.manager_id)  # fmt: skip


def _refuse_those_without_cases(session: StoreSession) -> None:
    if "case" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=word("role", session.scope.role)))
