"""Service quality: checks with their marks, findings with their steps, tickets of the queue, times of a quarter."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Imported, UtcDateTime, Versioned
from lib.store.ids import new_id


class ServiceCheck(Base, Versioned, Imported):
    """One check of a branch by a form: mystery visit, internal check, self check (管理 §4.2, 手册 §7.1).

    Its score is that of its marks, and stands nowhere else. `form` is the version of the rule that held the form.
    A wrong one is not corrected but taken back, with the reason. `staff_id`: who recorded it; none: imported.
    """

    __tablename__ = "service_check"
    __table_args__ = (
        CheckConstraint("kind IN ('mystery', 'internal', 'self')", name="kind"),
        Index("ix_service_check_branch", "branch_id", "checked_on"),
        Index("ix_service_check_day", "checked_on", "kind"),
    )
    business_date = "checked_on"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    checked_on: Mapped[date] = mapped_column(Date)
    inspector: Mapped[str | None] = mapped_column(String(80))
    summary: Mapped[str | None] = mapped_column(Text)
    form: Mapped[str | None] = mapped_column(String(120))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    voided_on: Mapped[date | None] = mapped_column(Date)
    void_reason: Mapped[str | None] = mapped_column(String(200))


class CheckMark(Base, Imported):
    """One item of a check: points given of the most possible. An item that did not apply has no mark."""

    __tablename__ = "check_mark"
    __table_args__ = (CheckConstraint("points >= 0 AND points <= most", name="points"),)
    check_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    points: Mapped[int] = mapped_column(Integer)
    most: Mapped[int] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(String(200))


class Finding(Base, Versioned):
    """A finding (质量问题) of a branch (none: the bank): found, its cause, one measure at a time, verified by another.

    state: open | cause_found | acting | done | verified | reopened | dropped. The measure is an Action (`action_id`
    the present one); who did it never verifies it. A case belongs to a customer and a finding to none:
    hence its own table.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'cause_found', 'acting', 'done', 'verified', 'reopened', 'dropped')", name="state"
        ),
        CheckConstraint("verified_by IS NULL OR done_by IS NULL OR verified_by <> done_by", name="four_eyes"),
        Index("ix_finding_branch", "branch_id", "state"),
        Index("ix_finding_state", "state", "found_on"),
        Index("ix_finding_check", "check_id"),
    )
    business_date = "found_on"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    title: Mapped[str] = mapped_column(String(120))
    detail: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    check_id: Mapped[int | None] = mapped_column(BigInteger)
    item: Mapped[str | None] = mapped_column(String(40))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    found_on: Mapped[date] = mapped_column(Date)
    found_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(12))
    root_cause: Mapped[str | None] = mapped_column(String(40))
    action_id: Mapped[int | None] = mapped_column(BigInteger)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    verified_on: Mapped[date | None] = mapped_column(Date)
    reopened: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class FindingStep(Base):
    """One thing that happened to a finding; appended, never changed.

    act: found, changed (its measure), or the state it came to.
    """

    __tablename__ = "finding_step"
    __table_args__ = (Index("ix_finding_step_finding", "finding_id", "at"),)
    business_date = "at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    finding_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    act: Mapped[str] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(Text)


class QueueTicket(Base, Imported):
    """A ticket of a branch's queue machine: taken, called, finished. One never called belongs to who left."""

    __tablename__ = "queue_ticket"
    __table_args__ = (
        CheckConstraint("called_at IS NULL OR called_at >= taken_at", name="called"),
        CheckConstraint("finished_at IS NULL OR finished_at >= called_at", name="finished"),
        Index("ix_queue_ticket_taken", "taken_at", "branch_id"),
    )
    business_date = "taken_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    business: Mapped[str] = mapped_column(String(40))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WaitQuarter(Base):
    """How many took so many minutes (a begun one counts) in a quarter: percentiles are exact to the minute.

    time: waiting (ticket taken to called) | serving (called to finished) | complaint | enquiry (received to closed).
    level: branch, or bank (branch 0). `business` is the ticket's or the case's own code.
    """

    __tablename__ = "wait_quarter"
    business_date = "quarter"
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    level: Mapped[str] = mapped_column(String(10), primary_key=True)
    branch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    time: Mapped[str] = mapped_column(String(12), primary_key=True)
    business: Mapped[str] = mapped_column(String(80), primary_key=True)
    minutes: Mapped[int] = mapped_column(Integer, primary_key=True)
    counted: Mapped[int] = mapped_column(BigInteger)
