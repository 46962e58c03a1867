"""Training of staff (办法 §七.1): courses, sessions held, and who took which course with what result."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Reference, UtcDateTime, Versioned
from lib.store.ids import new_id


class Course(Base, Reference, Versioned):
    """A course. kind new_staff | in_service; form lecture | online | practice; `hours` of instruction (学时).

    `posts` are the roles that must take it, as "|manager|head|"; empty: offered, asked of nobody. It is due
    `within_days` after joining, or after `since_day` for who was there; again `refresh_months` after it was passed.
    `pass_mark` (0–100) empty: attending is passing.
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("kind IN ('new_staff', 'in_service')", name="kind"),
        CheckConstraint("form IN ('lecture', 'online', 'practice')", name="form"),
        CheckConstraint("pass_mark IS NULL OR pass_mark BETWEEN 1 AND 100", name="pass_mark"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    form: Mapped[str] = mapped_column(String(12))
    hours: Mapped[int] = mapped_column(Integer)
    posts: Mapped[str] = mapped_column(String(200), default="", server_default="")
    since_day: Mapped[date] = mapped_column(Date)
    within_days: Mapped[int] = mapped_column(Integer)
    refresh_months: Mapped[int | None] = mapped_column(Integer)
    pass_mark: Mapped[int | None] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(default=True, server_default="1")


class TrainingSession(Base, Versioned):
    """A course given on a day, for a branch or (none) the whole bank. state: planned | held | cancelled."""

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
        Index("ix_training_session_day", "held_on"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    held_on: Mapped[date] = mapped_column(Date)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    trainer: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class TrainingRecord(Base, Versioned):
    """One person in one session of a course: there or not, test result, passed, and until when that holds."""

    __tablename__ = "training_record"
    __table_args__ = (
        UniqueConstraint("session_id", "staff_id"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score"),
        Index("ix_training_record_staff", "staff_id", "course_id", "taken_on"),
    )
    business_date = "taken_on"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    session_id: Mapped[int] = mapped_column(BigInteger)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    taken_on: Mapped[date] = mapped_column(Date)
    attended: Mapped[bool]
    score: Mapped[int | None] = mapped_column(Integer)
    passed: Mapped[bool]
    hours: Mapped[int] = mapped_column(Integer)
    valid_until: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
