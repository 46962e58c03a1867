"""The machinery's own rows: sign-in, jobs, imports, node numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Control, Json, UtcDateTime, Versioned
from lib.store.ids import new_id


class StaffCredential(Base, Control, Versioned):
    """A local account's argon2 hash and its failures; single sign-on needs no row."""

    __tablename__ = "staff_credential"
    secret_columns = frozenset({"password_hash"})
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    password_hash: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class UserSession(Base, Control):
    """One sign-in: named by the hash of its cookie's token, with idle and absolute expiry; can be ended."""

    __tablename__ = "user_session"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    how: Mapped[str] = mapped_column(String(20))  # demonstration | password | single_sign_on
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Job(Base, Control):
    """A long piece of work with its progress; killed, it is continued by the next run of the same key."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    key: Mapped[str] = mapped_column(String(60), index=True)
    state: Mapped[str] = mapped_column(String(10))  # running | done | failed
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message: Mapped[str | None] = mapped_column(Text)


class JobStep(Base, Control):
    """A step of a job that is done: written in the same transaction as the step's own rows."""

    __tablename__ = "job_step"
    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(80), primary_key=True)
    rows: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ImportBatch(Base, Control):
    """One import of one mapping: its files by digest, what landed, what was set aside, whether withdrawn."""

    __tablename__ = "import_batch"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    source: Mapped[str] = mapped_column(String(40), index=True)
    files: Mapped[dict[str, object]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))  # landed | refused | withdrawn
    counts: Mapped[dict[str, object]] = mapped_column(Json)
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportKey(Base, Control):
    """A row of a source and the row it became, so that the same row never lands twice."""

    __tablename__ = "import_key"
    __table_args__ = (Index("ix_import_key_batch", "batch_id"),)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    entity: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    row_id: Mapped[int] = mapped_column(BigInteger)
    batch_id: Mapped[int] = mapped_column(BigInteger)


class RejectedRow(Base, Control):
    """A row set aside by an import: where it stood, what was wrong, and its raw text."""

    __tablename__ = "rejected_row"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(BigInteger, index=True)
    file: Mapped[str] = mapped_column(String(120))
    line: Mapped[int] = mapped_column(Integer)
    field: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)


class NodeLease(Base, Control):
    """Node numbers of running processes, so that no two make the same id."""

    __tablename__ = "node_lease"
    node: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
