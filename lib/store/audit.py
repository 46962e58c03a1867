"""The audit trail: every change, before and after, chained per customer; and the ledger of accesses."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from lib.settings import now
from lib.store.base import Base
from lib.store.crypto import derived_key
from lib.store.door import link_of
from lib.store.ids import ids_within, new_id
from lib.store.models import AccessEntry, AuditEntry, AuditHead, AuditSeal
from lib.store.scope import Scope

START = "0" * 64
# A seal leaves out the last ten minutes: a transaction still open, or a machine whose clock is behind, may yet add to
# them, and the seal would no longer match what it sealed.
SETTLED = ids_within(minutes=10)
UNAUDITED = ("audit_entry", "audit_head", "audit_seal", "access_entry", "case_number", "customer_number")


def record(session: Session, scope: Scope, page: str, row: Base, action: str) -> None:
    """Append what is about to happen to a row."""
    if row.__tablename__ in UNAUDITED:
        return
    _give_key(row)
    before, after = _difference(row, action)
    append(
        session,
        getattr(row, "customer_id", 0) or 0,
        scope.staff_id,
        scope.login,
        page,
        action,
        row.__tablename__,
        _key_of(row),
        before,
        after,
    )


def append(
    session: Session,
    customer_id: int,
    actor_id: int | None,
    actor: str,
    page: str,
    action: str,
    table: str,
    row_id: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Append one entry to a customer's chain (0 = the bank's own)."""
    entry = AuditEntry(
        customer_id=customer_id, at=now(), actor_id=actor_id, actor=actor, page=page, action=action, table=table,
        row_id=row_id, before=before, after=after, salt=secrets.token_hex(16),
    )  # fmt: skip
    entry.digest = _digest(entry)
    entry.seq, entry.chain = _extend(session, customer_id, entry.digest)
    entry.id = new_id()
    session.add(entry)


def note_access(session: Session, scope: Scope, page: str, customer_id: int, what: str, reason: str) -> None:
    """Write the access ledger: who saw or took what, and why."""
    session.add(AccessEntry(customer_id=customer_id, id=new_id(), at=now(), actor_id=scope.staff_id,
                            actor=scope.login, what=what, reason=reason, page=page))  # fmt: skip


def verify(session: Session) -> Iterator[str]:
    """Every break in the chains, as a sentence; nothing when all holds.

    Erased content (salt, before and after removed, as a person may demand) keeps its digest and so its place.
    """
    heads = {head.customer_id: head for head in session.scalars(select(AuditHead))}
    customer, seq, chain = None, 0, START
    entries = select(AuditEntry).order_by(AuditEntry.customer_id, AuditEntry.seq).execution_options(yield_per=1000)
    for entry in session.scalars(entries):
        if entry.customer_id != customer:
            if customer is not None:
                yield from _check_head(customer, heads.pop(customer, None), seq, chain)
            customer, seq, chain = entry.customer_id, 0, START
        yield from _check_entry(entry, seq, chain)
        seq, chain = entry.seq, entry.chain
    if customer is not None:
        yield from _check_head(customer, heads.pop(customer, None), seq, chain)
    for head in heads.values():
        yield f"customer {head.customer_id}: {head.seq} entries are missing"
    yield from _check_seal(session)


def seal(session: Session) -> AuditSeal:
    """Seal what has settled; written nightly (at the end of `refresh`)."""
    made = AuditSeal(id=new_id(), at=now(), heads=0, entries=0, seal="")
    made.heads, made.entries, made.seal = _sealed(session, made.id)
    session.add(made)
    return made


def _sealed(session: Session, seal_id: int) -> tuple[int, int, str]:
    """Counts and keyed digest over every settled entry; one cut off or made anew later no longer matches."""
    mac = hmac.new(derived_key("seal"), digestmod=hashlib.sha256)
    heads = entries = 0
    last = (
        select(AuditEntry.customer_id, func.max(AuditEntry.seq), func.count())
        .where(AuditEntry.id < seal_id - SETTLED)
        .group_by(AuditEntry.customer_id)
        .order_by(AuditEntry.customer_id)
        .subquery()
    )
    rows = select(AuditEntry.customer_id, AuditEntry.chain, last.c[2]).join(
        last, (AuditEntry.customer_id == last.c.customer_id) & (AuditEntry.seq == last.c[1])
    )
    for customer_id, chain, count in session.execute(rows.order_by(AuditEntry.customer_id)):
        heads, entries = heads + 1, entries + count
        mac.update(f"{customer_id}:{count}:{chain};".encode())
    return heads, entries, mac.hexdigest()


def _check_seal(session: Session) -> Iterator[str]:
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).one_or_none()
    if last and _sealed(session, last.id) != (last.heads, last.entries, last.seal):
        yield f"the seal of {last.at:%Y-%m-%d %H:%M} UTC no longer matches the entries made before it"


def _check_entry(entry: AuditEntry, seq: int, chain: str) -> Iterator[str]:
    where = f"customer {entry.customer_id}, entry {entry.seq}"
    if entry.seq != seq + 1:
        yield f"{where}: entry {seq + 1} is missing"
    elif entry.chain != _link(chain, entry.digest):
        yield f"{where}: the chain is broken"
    erased = entry.salt is None and entry.before is None and entry.after is None
    if not erased and entry.digest != _digest(entry):
        yield f"{where}: the content was changed"


def _check_head(customer: int, head: AuditHead | None, seq: int, chain: str) -> Iterator[str]:
    if head is None or (head.seq, head.chain) != (seq, chain):
        yield f"customer {customer}: the last entries are missing or the head was changed"


def _extend(session: Session, customer_id: int, digest: str) -> tuple[int, str]:
    """Lock the customer's head, move it on by one, and return its new place and hash."""
    if link_of(session).dialect.name == "sqlite":
        make = sqlite_insert(AuditHead)
        session_execute(session, make.values(customer_id=customer_id, seq=0, chain=START).on_conflict_do_nothing())
    else:
        made = postgresql_insert(AuditHead).values(customer_id=customer_id, seq=0, chain=START)
        session_execute(session, made.on_conflict_do_nothing())
    head = session_execute(
        session,
        select(AuditHead.seq, AuditHead.chain).where(AuditHead.customer_id == customer_id).with_for_update(),
    ).one()
    seq, chain = head.seq + 1, _link(head.chain, digest)
    table: Any = inspect(AuditHead).local_table
    session_execute(session, table.update().where(table.c.customer_id == customer_id).values(seq=seq, chain=chain))
    return seq, chain


def session_execute(session: Session, statement: Any) -> Any:
    """The trail's own door: it must be written whatever the scope, so it does not pass the narrowing."""
    return link_of(session).execute(statement)


def _difference(row: Base, action: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    state = inspect(row)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        value = getattr(row, attribute.key, None)
        if action == "insert" and value is not None:
            after[attribute.key] = _shown(row, attribute.key, value)
        elif action == "delete":
            before[attribute.key] = _shown(row, attribute.key, value)
        elif action == "update" and history.has_changes():
            before[attribute.key] = _shown(row, attribute.key, history.deleted[0] if history.deleted else None)
            after[attribute.key] = _shown(row, attribute.key, value)
    return before or None, after or None


def _shown(row: Base, name: str, value: Any) -> Any:
    if value is not None and name in row.secret_columns:
        return "#" + hashlib.sha256(derived_key("audit") + str(value).encode()).hexdigest()[:16]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _give_key(row: Base) -> None:
    """A new row's id is made by the application; make it now, so that the entry can name it."""
    for name in ("customer_id", "id"):
        column = row.__table__.c.get(name)
        if column is not None and getattr(row, name) is None and column.default is not None:
            setattr(row, name, new_id())


def _key_of(row: Base) -> str:
    names = [key.name for key in inspect(type(row)).primary_key if key.name != "customer_id"]
    return "/".join(str(getattr(row, name)) for name in names) or str(getattr(row, "customer_id", ""))


def _digest(entry: AuditEntry) -> str:
    content = [entry.at.isoformat(), entry.actor_id, entry.actor, entry.page, entry.action, entry.table, entry.row_id,
               entry.before, entry.after]  # fmt: skip
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{entry.salt}{text}".encode()).hexdigest()


def _link(chain: str, digest: str) -> str:
    return hashlib.sha256((chain + digest).encode()).hexdigest()
