"""Appraisal: the scorecards of managers and branches, each version kept with what it was computed from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Json, UtcDateTime, Versioned
from lib.store.ids import new_id


class AppraisalCard(Base, Versioned):
    """One version of the card of a manager or branch for a quarter (2026Q3) or year (2026) (办法 §七.2).

    `subject_id` is the staff's or the branch's id; `branch_id` the branch at the period's end. `lines` are its KPIs
    with the scoring line they were judged by, `peers` the other cards it stood among (anonymous), `basis` the
    versions of facts, rules and KPIs. `score` in hundredths of a point; none where too few weights counted. state:
    computed | signed | disputed | final | replaced (by a later version; never rewritten). `why` there is this
    version: first | recomputed | corrected. `ended_how`: confirmed | lapsed | rejected | corrected.
    """

    __tablename__ = "appraisal_card"
    __table_args__ = (
        CheckConstraint("level IN ('manager', 'branch')", name="level"),
        CheckConstraint("state IN ('computed', 'signed', 'disputed', 'final', 'replaced')", name="state"),
        CheckConstraint("signed_by IS NULL OR staff_id IS NULL OR signed_by <> staff_id", name="four_eyes"),
        CheckConstraint("settled_by IS NULL OR settled_by <> signed_by", name="settled_by_another"),
        UniqueConstraint("period", "level", "subject_id", "number"),
        Index("ix_appraisal_card_branch", "branch_id", "period"),
        Index("ix_appraisal_card_staff", "staff_id", "period"),
        Index("ix_appraisal_card_state", "state", "settle_due_on"),
    )
    business_date = "computed_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    period: Mapped[str] = mapped_column(String(6))
    level: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    score: Mapped[int | None] = mapped_column(Integer)
    grade: Mapped[str | None] = mapped_column(String(20))
    counted: Mapped[int] = mapped_column(Integer)  # percent of the weights that counted
    lines: Mapped[list[dict[str, object]]] = mapped_column(Json)
    peers: Mapped[dict[str, object]] = mapped_column(Json)
    basis: Mapped[dict[str, object]] = mapped_column(Json)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    why: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(12))
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_due_on: Mapped[date | None] = mapped_column(Date)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    grounds: Mapped[str | None] = mapped_column(Text)
    settle_due_on: Mapped[date | None] = mapped_column(Date)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settlement: Mapped[str | None] = mapped_column(Text)
    ended_how: Mapped[str | None] = mapped_column(String(12))
