"""Entering a complainant who is no customer: a row of stage outsider, made with the case it is needed for."""

from __future__ import annotations

from lib.settings import today
from lib.store import mask
from lib.store.crypto import blind, seal
from lib.store.door import link_of
from lib.store.ids import new_id
from lib.store.models import Customer, CustomerNumber
from lib.store.numbers import new_customer_number
from lib.store.reveal import Located
from lib.store.rights import writable
from lib.store.search import put
from lib.store.session import Refused, StoreSession
from lib.words import _
from lib.words import name as word


def enter_outsider(session: StoreSession, kind: str, name: str, phone: str | None, email: str | None) -> Located:
    """Add the person or firm, with no owner and nothing else known, and let the session register a case for it.

    Anyone who may write cases may do this (law: 银行业保险业消费投诉处理管理办法, complainants need not be customers);
    Refused for the others. It is written with the session's transaction.
    """
    if "case" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=word("role", session.scope.role)))
    customer_id, number = new_id(), new_customer_number(session)
    session.entering.add(customer_id)
    session.registering.add(customer_id)
    session.add(CustomerNumber(number=number, customer_id=customer_id))
    session.add(Customer(
        customer_id=customer_id, number=number, kind=kind, stage="outsider", name=name, known_since=today(),
        phone_masked=mask.phone(phone) if phone else None,
        phone_sealed=seal(phone) if phone else None,
        phone_hash=blind("phone", phone) if phone else None,
        email=email, source="complaint",
    ))  # fmt: skip
    put(link_of(session), [(customer_id, name)], fresh=True)
    return Located(customer_id, number, kind, mask.name(name), None, None)
