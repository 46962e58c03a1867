"""Who changed what, and who looked at what: append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Json, UtcDateTime
from lib.store.ids import new_id


class AuditEntry(Base):
    """One change. Chained by hash per customer (0 = the bank itself) over a salted digest of the content."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_id", "id"), Index("ix_audit_entry_actor", "actor_id", "id"))
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(80))
    page: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(20))
    table: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, object] | None] = mapped_column(Json)
    after: Mapped[dict[str, object] | None] = mapped_column(Json)
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of each customer's chain; its row is what two writers of one customer queue on."""

    __tablename__ = "audit_head"
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer)
    chain: Mapped[str] = mapped_column(String(64))


class AuditSeal(Base):
    """A nightly seal over all heads, keyed with the bank's key."""

    __tablename__ = "audit_seal"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    heads: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    seal: Mapped[str] = mapped_column(String(64))


class AccessEntry(Base):
    """The access ledger: who saw a protected value, or took a list away, and why."""

    __tablename__ = "access_entry"
    __table_args__ = (Index("ix_access_entry_actor", "actor_id", "id"),)
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    actor_id: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(String(60))
