"""The shared mechanisms beside the case: change requests, saved views, improvement actions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Fen, Json, UtcDateTime, Versioned
from lib.store.ids import new_id

_STANDS = sql("state = 'open'")


class ChangeRequest(Base, Versioned):
    """A change that counts only after another person has agreed (办法 §二.2, 手册 §3.2; 制度 §八).

    customer_id 0 is the bank itself: rules, calendar. `stage_role` is the post that must decide now, empty once
    nothing waits; `subject` and `subject_key` name what is to change (case T…, calendar 2027). state: pending |
    returned | accepted | refused | withdrawn. `carried_out_at`: when an accepted change took effect.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'returned', 'accepted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="four_eyes"),
        Index("ix_change_request_waiting", "stage_role", "branch_id", "requested_at"),
        Index("ix_change_request_subject", "subject", "subject_key"),
        Index("ix_change_request_by", "requested_by", "state"),
        Index("ix_change_request_id", "id"),
    )
    business_date = "requested_at"
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(20))
    subject_key: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, object]] = mapped_column(Json)
    after: Mapped[dict[str, object]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    stage: Mapped[int] = mapped_column(default=0, server_default="0")
    stage_role: Mapped[str] = mapped_column(String(20))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    requested_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carried_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChangeStep(Base):
    """One thing said or decided about a change request; appended, never changed.

    act: asked | answered | returned | agreed | refused | withdrawn. Nobody decides on their own request, and nobody
    agrees to one request twice.
    """

    __tablename__ = "change_step"
    __table_args__ = (
        CheckConstraint("act NOT IN ('agreed', 'refused', 'returned') OR staff_id <> requested_by", name="four_eyes"),
        UniqueConstraint("customer_id", "request_id", "agreed_by"),
        Index("ix_change_step_request", "customer_id", "request_id", "at"),
        Index("ix_change_step_staff", "staff_id"),
    )
    business_date = "at"
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    request_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    requested_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # staff_id of an agreement
    act: Mapped[str] = mapped_column(String(10))
    text: Mapped[str | None] = mapped_column(Text)


class SavedView(Base, Versioned):
    """Filters of a page under a name: one's own, or shared with one's branch or the bank. Ended, never deleted."""

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("shared IN ('own', 'branch', 'bank')", name="shared"),
        Index("ix_saved_view_owner", "owner_id", "page"),
        Index("ix_saved_view_shared", "page", "shared", "branch_id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    page: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[dict[str, object]] = mapped_column(Json)
    shared: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Action(Base, Versioned):
    """An improvement action (改进措施): what is done, by whom, until when, against which cause, for which KPI.

    Source: 制度 §六(三) (measures so that it does not recur), §七; 手册 §7.1. state: open | done | dropped.
    `finding_id`: the finding it is the measure of, which is where it is then done and verified.
    `quarter`: the quarter in whose review it was decided; `expected_e4`: what its KPI is to reach by it,
    in ten-thousandths of the KPI's own unit.
    """

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
        Index("ix_action_owner", "owner_id", "state"),
        Index("ix_action_branch", "branch_id", "state"),
        Index("ix_action_cause", "cause"),
        Index("ix_action_finding", "finding_id"),
        Index("ix_action_quarter", "quarter"),
    )
    business_date = "created_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    title: Mapped[str] = mapped_column(String(120))
    steps: Mapped[str] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(String(40))
    kpi_key: Mapped[str | None] = mapped_column(String(40))
    expected: Mapped[str | None] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))  # none: the whole bank
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    ended_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finding_id: Mapped[int | None] = mapped_column(BigInteger)
    quarter: Mapped[str | None] = mapped_column(String(6))
    expected_e4: Mapped[int | None] = mapped_column(BigInteger)


class DueItem(Base, Versioned):
    """Something somebody has to do by a day: visit, information refresh, and whatever else has an owner and a due date.

    customer_id 0 is the bank itself. `subject_key` names what it is about, so that a rule makes it once (kind and key
    are unique per customer). The original due date stays when it is moved. state: open | done | dropped.

    What a rule knows of its reason stands beside it: `about_on` the day it is about (birthday, maturity), `about` the
    code of what it is about (festival, life event), `product_id`, and `value_fen`, what it is worth in base fen.
    `attempts` counts conversations that reached nobody; until `snoozed_until` it is not shown, and stays due.
    """

    __tablename__ = "due_item"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
        UniqueConstraint("customer_id", "kind", "subject_key"),
        Index("ix_due_item_owner", "owner_id", "state", "due_on"),
        Index("ix_due_item_branch", "branch_id", "state", "due_on"),
        Index("ix_due_item_original", "original_due_on", "kind"),
        Index("ix_due_item_open", "kind", "due_on", sqlite_where=_STANDS, postgresql_where=_STANDS),
    )
    business_date = "created_at"
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    subject_key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str | None] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(Date)
    original_due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    by_rule: Mapped[bool] = mapped_column(default=False, server_default="0")
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str | None] = mapped_column(Text)
    about_on: Mapped[date | None] = mapped_column(Date)
    about: Mapped[str | None] = mapped_column(String(40))
    product_id: Mapped[int | None] = mapped_column(BigInteger)
    value_fen: Mapped[int | None] = mapped_column(Fen)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    snooze_reason: Mapped[str | None] = mapped_column(String(200))
    contact_id: Mapped[int | None] = mapped_column(BigInteger)  # the conversation that made it, or ended it
