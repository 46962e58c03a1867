"""The quarterly review meeting (制度 §七): notes beside its sections, who was there, and what they signed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, UtcDateTime, Versioned
from lib.store.ids import new_id


class ReviewNote(Base, Versioned):
    """What somebody wrote beside a section of a quarter's review, for a branch or (none) the whole bank.

    It is its author's to edit until the review is signed; what is written after that is an `addendum`.
    """

    __tablename__ = "review_note"
    __table_args__ = (Index("ix_review_note_quarter", "quarter", "section"),)
    business_date = "created_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    quarter: Mapped[str] = mapped_column(String(6))
    section: Mapped[str] = mapped_column(String(30))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    text: Mapped[str] = mapped_column(Text)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    addendum: Mapped[bool] = mapped_column(default=False, server_default="0")


class ReviewSignature(Base, Versioned):
    """Somebody's presence at a quarter's review, and what they signed: the figures of one version of the quarter.

    The department records who was there (`present_by`); each signs for himself. opinion: agree | remark, none until
    signed. `role` is the post at the meeting.
    """

    __tablename__ = "review_signature"
    __table_args__ = (
        CheckConstraint("opinion IS NULL OR opinion IN ('agree', 'remark')", name="opinion"),
        CheckConstraint("(opinion IS NULL) = (signed_at IS NULL)", name="signed"),
        UniqueConstraint("quarter", "facts_version", "staff_id"),
        Index("ix_review_signature_staff", "staff_id", "signed_at"),
    )
    business_date = "present_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    quarter: Mapped[str] = mapped_column(String(6))
    facts_version: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(20))
    present: Mapped[bool] = mapped_column(default=True, server_default="1")
    present_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    present_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    opinion: Mapped[str | None] = mapped_column(String(10))
    remark: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
