"""Service: cases (complaints are their first kind) with their event history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Confidential, Imported, Json, OwnedRow, PersonName, UtcDateTime, Versioned

# The few that are open among the many that ended: a query finds this index by saying the same, in literals. No other
# index may begin with the kind, or SQLite takes that one: it cannot tell which kind has fewer rows.
_OPEN = text("state NOT IN ('closed', 'withdrawn')")


class Case(Base, OwnedRow, Versioned, Imported):
    """A matter with an owner, states and clocks. Its kind's letter, moves and clocks are data (rule case.kinds).

    Both clocks store when they are due and when they were met; the promise is met by the first substantive reply,
    the legal term by the answer; `outside_due_at` is the term set by whoever passed the case on. `branch_id` and
    `manager_id` are the customer's owner now. `origin_id`: the case of the same customer this one came from.
    """

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("satisfaction IS NULL OR satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index("ix_case_received", "received_at", "kind"),
        Index("ix_case_customer", "customer_id", "kind", "received_at"),
        Index("ix_case_open", "kind", "state", "legal_due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_case_business", "business", "received_at"),
        Index("ix_case_channel", "channel", "received_at"),
        Index("ix_case_root_cause", "root_cause", "received_at"),
        Index("ix_case_product", "product_id", "received_at"),
        Index("ix_case_closed", "closed_at"),
        Index("ix_case_about", "about_branch_id", "state"),
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
    grounds: Mapped[str | None] = mapped_column(Text)
    product_id: Mapped[int | None] = mapped_column(BigInteger)
    outside_number: Mapped[str | None] = mapped_column(String(40))
    outside_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
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
    outcome: Mapped[str | None] = mapped_column(String(80))  # of churn: kept | lost
    at_risk_fen: Mapped[int | None] = mapped_column(BigInteger)  # of churn: AUM at risk as it was opened, base fen

    answer: Mapped[str | None] = mapped_column(Text)
    root_cause: Mapped[str | None] = mapped_column(String(40))
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    compensation_fen: Mapped[int | None] = mapped_column(BigInteger)
    fault: Mapped[str | None] = mapped_column(String(20))  # responsibility: own | misunderstanding | …
    apology: Mapped[str | None] = mapped_column(String(20))  # none | oral | written

    waiting_for: Mapped[str | None] = mapped_column(String(20))  # customer | outside
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    crisis_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    crisis_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    origin_id: Mapped[int | None] = mapped_column(BigInteger)

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


class CaseParty(Base, OwnedRow):
    """A person who speaks in a case beside the complainant: agent, heir, or representative of a joint complaint.

    Law: 银行业保险业消费投诉处理管理办法 (authorisation of an agent, proof of an heir, at most 5 representatives).
    """

    __tablename__ = "case_party"
    __table_args__ = (Index("ix_case_party_case", "customer_id", "case_id"),)
    secret_columns = frozenset({"identity_sealed", "phone_sealed"})
    case_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(String(20))  # agent | heir | representative
    name: Mapped[str] = mapped_column(PersonName(120))
    identity_masked: Mapped[str | None] = mapped_column(String(40))
    identity_sealed: Mapped[str | None] = mapped_column(Text)
    phone_masked: Mapped[str | None] = mapped_column(String(40))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    authorisation: Mapped[str | None] = mapped_column(Confidential(Text))


class CaseReview(Base, OwnedRow, Versioned):
    """A review (核查) of a case by the superior body: a track of its own with its own term.

    `due_at` is when it is to be answered; `in_time` whether it was asked within the term to ask.
    """

    __tablename__ = "case_review"
    __table_args__ = (Index("ix_case_review_case", "customer_id", "case_id"),)
    business_date = "asked_at"
    case_id: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(String(80))
    outside_number: Mapped[str | None] = mapped_column(String(40))
    grounds: Mapped[str] = mapped_column(Text)
    in_time: Mapped[bool] = mapped_column()
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conclusion: Mapped[str | None] = mapped_column(String(20))  # upheld | changed | dropped
    finding: Mapped[str | None] = mapped_column(Text)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class Attachment(Base, OwnedRow):
    """A file kept with a case, or with the customer itself (case_id 0); its content is sealed in a row of its own."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_case", "customer_id", "case_id"), Index("ix_attachment_id", "id"))
    business_date = "added_at"
    case_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)  # bytes
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the clear content
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class AttachmentContent(Base, OwnedRow):
    """The content of the attachment with the same id, sealed with the bank's key."""

    __tablename__ = "attachment_content"
    secret_columns = frozenset({"sealed"})
    case_id: Mapped[int] = mapped_column(BigInteger)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
