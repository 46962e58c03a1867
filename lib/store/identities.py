"""Identity numbers of customers: what paper one is, whose it is, and its move when an agreed change takes effect."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from lib.store.door import link_of
from lib.store.models import Customer, IdentityRegistry
from lib.store.scope import PassesBy
from lib.store.search import put
from lib.store.session import Refused, StoreSession
from lib.words import _

_RESIDENT_DIGITS = 18


def kind_of_paper(kind: str, identity: str) -> str:
    """credit_code of a firm; resident_id or other of a person."""
    if kind == "corporate":
        return "credit_code"
    return "resident_id" if len(identity) == _RESIDENT_DIGITS and identity[0].isdigit() else "other"


def is_taken(session: StoreSession, identity_hash: str, customer_id: int) -> bool:
    """Whether an identity number is already another customer's, whoever reaches that one; it says no more than that."""
    registry = IdentityRegistry.__table__.c
    holder = link_of(session).scalar(select(registry.customer_id).where(registry.identity_hash == identity_hash))
    return holder is not None and holder != customer_id


def move_identity(session: StoreSession, customer_id: int, before: str | None, after: str) -> None:
    """Give a customer's registry entry another hash, while an agreed change is carried out.

    Raises Refused when the number is another customer's: two records of one person are merged, not renamed.
    """
    _need_applying(session, customer_id)
    registry, link = IdentityRegistry, link_of(session)
    if is_taken(session, after, customer_id):
        raise Refused(_("这个证件号已属于另一位客户：可能是重复客户，请先核对是否需要合并。"))
    if before is not None:
        link.execute(delete(registry).where(registry.identity_hash == before, registry.customer_id == customer_id))
    known = link.scalar(select(registry.customer_id).where(registry.identity_hash == after))
    if known is None:
        try:
            link.execute(insert(registry).values(identity_hash=after, customer_id=customer_id))
        except IntegrityError as taken:  # given to another a moment ago
            raise Refused(_("这个证件号已属于另一位客户：可能是重复客户，请先核对是否需要合并。")) from taken


def index_name(session: StoreSession, customer: Customer) -> None:
    """Let a customer be found by the name agreed on, while the change is carried out."""
    _need_applying(session, customer.customer_id)
    put(link_of(session), [(customer.customer_id, customer.name)])


def _need_applying(session: StoreSession, customer_id: int) -> None:
    if customer_id not in session.applying:
        raise PassesBy("identity and name change only by what two people agreed on")
