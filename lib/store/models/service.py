"""Service: cases (complaints are their first kind) with their event history, and survey answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Imported, Json, OwnedRow, PersonName, UtcDateTime, Versioned

# The few that are open among the many that ended: a query finds this index by saying the same, in literals. No other
# index may begin with the kind, or SQLite takes that one: it cannot tell which kind has fewer rows.
_OPEN = text("state NOT IN ('closed', 'withdrawn')")


class Case(Base, OwnedRow, Versioned, Imported):
    """A matter with an owner, states and clocks. kind: complaint (others are added as data).

    Both clocks store when they are due and when they were met; the promise is met by the first substantive reply,
    the legal term by the answer. `branch_id` and `manager_id` are the customer's owner now.
    """

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index("ix_case_received", "received_at", "kind"),
        Index("ix_case_customer", "customer_id", "kind", "received_at"),
        Index("ix_case_open", "kind", "state", "legal_due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_case_business", "business", "received_at"),
        Index("ix_case_channel", "channel", "received_at"),
        Index("ix_case_branch", "branch_id", "state"),
        Index("ix_case_manager", "manager_id", "state"),
        Index("ix_case_handler", "handler_id", "state"),
        Index("ix_case_first_owner", "first_owner_id"),
        Index("ix_case_number", "number"),
    )
    business_date = "received_at"

    number: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    customer_kind: Mapped[str] = mapped_column(String(10))
    complainant: Mapped[str | None] = mapped_column(PersonName(120))
    channel: Mapped[str] = mapped_column(String(30))
    business: Mapped[str] = mapped_column(String(80))
    business_detail: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(160))
    reason_detail: Mapped[str | None] = mapped_column(String(160))
    standard_code: Mapped[str | None] = mapped_column(String(20))
    complex: Mapped[bool] = mapped_column(default=False, server_default="0")
    extension: Mapped[str] = mapped_column(String(20), default="none", server_default="none")
    summary: Mapped[str | None] = mapped_column(Text)
    demand: Mapped[str | None] = mapped_column(Text)
    outside_number: Mapped[str | None] = mapped_column(String(40))
    region: Mapped[str | None] = mapped_column(String(20))

    submitted_on: Mapped[date | None] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promise_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    promise_met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    legal_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clocks_provisional: Mapped[bool] = mapped_column(default=False, server_default="0")
    timely_as_reported: Mapped[str | None] = mapped_column(String(10))
    outcome: Mapped[str | None] = mapped_column(String(80))

    answer: Mapped[str | None] = mapped_column(Text)
    root_cause: Mapped[str | None] = mapped_column(String(40))
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    compensation_fen: Mapped[int | None] = mapped_column(BigInteger)

    about_branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    about_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    form_key: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class CaseNumber(Base):
    """The registry of human case numbers."""

    __tablename__ = "case_number"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    case_id: Mapped[int] = mapped_column(BigInteger)


class CaseEvent(Base, OwnedRow, Imported):
    """One thing that happened to a case: move, note, assignment, progress report. Appended, never changed.

    `details` keeps what a form recorded, by field: answer, satisfaction, root cause, who it went to.
    """

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_case", "customer_id", "case_id", "at"),)
    business_date = "at"
    case_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, object] | None] = mapped_column(Json)


class SurveyAnswer(Base, OwnedRow, Imported):
    """One invitation and, if it came, its answer: overall 1–5, recommend 0–10, four dimensions 1–5 (管理 §5.1)."""

    __tablename__ = "survey_answer"
    business_date = "asked_on"
    asked_on: Mapped[date] = mapped_column(Date)
    answered_on: Mapped[date | None] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(20))
    occasion: Mapped[str] = mapped_column(String(20))
    overall: Mapped[int | None] = mapped_column(Integer)
    recommend: Mapped[int | None] = mapped_column(Integer)
    service_quality: Mapped[int | None] = mapped_column(Integer)
    product_quality: Mapped[int | None] = mapped_column(Integer)
    price_fairness: Mapped[int | None] = mapped_column(Integer)
    communication: Mapped[int | None] = mapped_column(Integer)
