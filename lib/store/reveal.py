"""Seeing a protected value in clear, and finding a customer exactly: both are written to the access ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from lib.settings import business_now, today
from lib.store import mask
from lib.store.audit import note_access
from lib.store.book import rulebook
from lib.store.crypto import blind, unseal
from lib.store.door import link_of
from lib.store.models import Case, CaseParty, ChangeRequest, Customer, DueItem
from lib.store.narrow import not_later
from lib.store.rights import matrix, writable
from lib.store.scope import PassesBy, Scope
from lib.store.session import Refused, StoreSession
from lib.words import _, name

FIELDS = {"phone": Customer.phone_sealed, "identity": Customer.identity_sealed}
PARTY_FIELDS = {"phone": CaseParty.phone_sealed, "identity": CaseParty.identity_sealed}
SHORTEST_REASON = 4


class ReasonMissing(ValueError):
    """A protected value was asked for without saying why."""


@dataclass(frozen=True)
class Clear:
    """A customer's protected values in clear."""

    phone: str | None
    identity: str | None


def reveal(session: StoreSession, customer_id: int, field: str, reason: str = "") -> str | None:
    """The clear phone or identity number of a customer in scope, ledgered; needs a session opened for writing.

    Identity numbers always ask for a reason; an open case of one's own, or what one has to do for the customer now,
    is the reason for its phone (domain §10). Raises ReasonMissing without one, Refused for a role or customer out of
    reach.
    """
    if session.scope.role not in matrix()["reveal"]["roles"]:
        raise Refused(_("你的岗位只能看到脱敏的客户信息。"))
    sealed = session.execute(select(FIELDS[field]).where(Customer.customer_id == customer_id)).one_or_none()
    if sealed is None:
        raise Refused(_("这位客户不在你的范围内。"))
    stated = reason.strip() or (_own_work(session, customer_id) if field == "phone" else "")
    if len(stated) < SHORTEST_REASON:
        raise ReasonMissing(field)
    note_access(session, session.scope, session.page, customer_id, f"reveal:{field}", stated)
    session.flush()
    return unseal(sealed[0]) if sealed[0] else None


def reveal_party(session: StoreSession, party: CaseParty, field: str, reason: str = "") -> str | None:
    """The clear phone or identity number of one who speaks in a case within reach; under the same terms as `reveal`."""
    if session.scope.role not in matrix()["reveal"]["roles"]:
        raise Refused(_("你的岗位只能看到脱敏的客户信息。"))
    same = (CaseParty.customer_id == party.customer_id, CaseParty.id == party.id)
    sealed = session.execute(select(PARTY_FIELDS[field]).where(*same)).one_or_none()
    if sealed is None:
        raise Refused(_("这件事项不在你的范围内。"))
    stated = reason.strip() or (_own_case(session, party.customer_id) if field == "phone" else "")
    if len(stated) < SHORTEST_REASON:
        raise ReasonMissing(field)
    note_access(session, session.scope, session.page, party.customer_id, f"reveal:{field} of party", stated)
    session.flush()
    return unseal(sealed[0]) if sealed[0] else None


def reveal_asked(session: StoreSession, request: ChangeRequest, side: str, field: str, reason: str) -> str | None:
    """A protected value a change request holds, in clear, for whose turn it is to decide on it; ledgered.

    `side` is before or after. Always asks for a reason. Raises Refused for everybody else and once it is decided.
    """
    scope = session.scope
    mine = select(ChangeRequest).where(ChangeRequest.customer_id == request.customer_id, ChangeRequest.id == request.id)
    stored = session.scalars(mine).one_or_none()
    turn = stored is not None and (stored.state, stored.stage_role) == ("pending", scope.role)
    if stored is None or not turn or stored.requested_by == scope.staff_id:
        raise Refused(_("只有正在复核这项申请的人可以查看完整号码。"))
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing(field)
    note_access(session, scope, session.page, stored.customer_id, f"reveal:{field} {side} of request", reason.strip())
    session.flush()
    fields: Any = (stored.before if side == "before" else stored.after)["fields"]
    sealed = fields.get(field, {}).get("sealed")
    return unseal(sealed) if sealed else None


def reveal_many(session: StoreSession, customer_ids: Iterable[int], reason: str) -> dict[int, Clear]:
    """Phone and identity number of each of these customers in scope, for a file; every one is ledgered.

    Always asks for a reason. Raises as `reveal` does, except that a customer out of reach is left out.
    """
    may_reveal(session.scope, reason)
    columns = (Customer.customer_id, Customer.phone_sealed, Customer.identity_sealed)
    wanted = select(*columns).where(Customer.customer_id.in_(sorted(set(customer_ids))))
    found: dict[int, Clear] = {}
    for customer_id, phone, identity in session.execute(wanted):
        found[customer_id] = Clear(phone and unseal(phone), identity and unseal(identity))
        note_access(session, session.scope, session.page, customer_id, "reveal:phone+identity", reason.strip())
    session.flush()
    return found


def may_reveal(scope: Scope, reason: str) -> None:
    """Raises Refused for a role that never sees protected values, ReasonMissing without a stated reason."""
    if scope.role not in matrix()["reveal"]["roles"]:
        raise Refused(_("你的岗位只能看到脱敏的客户信息。"))
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing("phone+identity")


def _own_work(session: StoreSession, customer_id: int) -> str:
    """An open case of one's own, or a due item that is near enough to stand on one's list (rule today.ahead_days)."""
    if case := _own_case(session, customer_id):
        return case
    item, ahead = DueItem, rulebook().value("today.ahead_days", today())
    mine = select(item.kind, item.due_on).where(
        item.customer_id == customer_id, item.owner_id == session.scope.staff_id, item.state == "open"
    )
    for kind, due_on in session.execute(mine.order_by(item.due_on, item.id)):
        if due_on <= today() + timedelta(days=ahead.get(kind, 0)):
            return f"due {kind} {due_on}"
    return ""


def _own_case(session: StoreSession, customer_id: int) -> str:
    mine = (Case.customer_id == customer_id, Case.handler_id == session.scope.staff_id,
            Case.state.not_in(("closed", "withdrawn")), Case.received_at <= business_now())  # fmt: skip
    number = session.scalar(select(Case.number).where(*mine))
    return f"case {number}" if number else ""


@dataclass(frozen=True)
class Located:
    """A customer exactly identified: enough to register a case, nothing more."""

    customer_id: int
    number: str
    kind: str
    masked_name: str
    masked_phone: str | None
    branch_id: int | None
    manager_id: int | None


def locate(session: StoreSession, typed: str) -> Located | None:
    """The one customer with exactly this number, phone or identity number, whoever owns it; ledgered.

    After this the session may register a case for that customer (first-asked responsibility, 方案 §3.3). Refused for
    roles that write no cases: they would only learn who banks here.
    """
    if "case" not in writable(session.scope.role):
        raise Refused(_("你的岗位（{role}）不能写入这类记录。").format(role=name("role", session.scope.role)))
    typed = typed.strip().upper()
    table = Customer.__table__.c
    wanted = or_(
        table.number == typed,
        table.phone_hash == blind("phone", typed),
        table.identity_hash == blind("identity", typed),
    )
    link = link_of(session)
    found = link.execute(
        select(table.customer_id, table.number, table.kind, table.name, table.phone_masked, table.branch_id,
               table.manager_id)
        .where(table.customer_id.in_(_standing(wanted)), not_later(Customer, table))
        .limit(2)
    ).all()  # fmt: skip
    if len(found) != 1:
        return None
    row = found[0]
    note_access(session, session.scope, session.page, row.customer_id, "locate", "register a case")
    session.flush()
    session.registering.add(row.customer_id)
    return Located(row.customer_id, row.number, row.kind, mask.name(str(row.name)), row.phone_masked, row.branch_id,
                   row.manager_id)  # fmt: skip


def _standing(wanted: ColumnElement[bool]) -> Select:
    """The ids of the customers meant: of a record that was merged, the one it was merged into."""
    table = Customer.__table__.c
    return select(func.coalesce(table.merged_into_id, table.customer_id)).where(wanted)


def full_name(session: StoreSession, located: Located) -> str:
    """The name in clear of one whom this session has located, for the register of complaints and nothing else."""
    if located.customer_id not in session.registering:
        raise PassesBy("a name is told of whom the session has located")
    table = Customer.__table__.c
    said = select(table.name).where(table.customer_id == located.customer_id)
    return str(link_of(session).execute(said).scalar_one())
