"""Care and advice: messages to customers and the campaigns they belong to, questionnaires, recommendations."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Confidential, Json, OwnedRow, UtcDateTime, Versioned
from lib.store.ids import new_id

_OF_CAMPAIGN = sql("campaign_id IS NOT NULL")
_WAITS = sql("state IN ('queued', 'taken')")


class Message(Base, OwnedRow, Versioned):
    """A message to a customer in the outbox: written here, sent by the bank's gateway, which writes back what came.

    channel: sms | email | wechat | app. state: queued | taken (by the gateway) | sent | delivered | failed |
    cancelled. It leaves on `send_on` at the earliest. `due_item_id`: the item it does. `product_id` is checked
    against the customer's risk capacity as every recommendation is.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("channel IN ('sms', 'email', 'wechat', 'app')", name="channel"),
        CheckConstraint(
            "state IN ('queued', 'taken', 'sent', 'delivered', 'failed', 'cancelled')", name="state"
        ),
        Index("uq_message_campaign", "customer_id", "campaign_id", unique=True, sqlite_where=_OF_CAMPAIGN,
              postgresql_where=_OF_CAMPAIGN),
        Index("ix_message_waits", "channel", "send_on", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("ix_message_campaign", "campaign_id", "state"),
        Index("ix_message_customer", "customer_id", "send_on"),
        Index("ix_message_staff", "staff_id", "created_at"),
        Index("ix_message_id", "id"),
    )  # fmt: skip
    business_date = "created_at"
    channel: Mapped[str] = mapped_column(String(10))
    template: Mapped[str | None] = mapped_column(String(40))  # code of rule care.templates
    occasion: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Confidential(Text))
    state: Mapped[str] = mapped_column(String(10))
    send_on: Mapped[date] = mapped_column(Date)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger)
    due_item_id: Mapped[int | None] = mapped_column(BigInteger)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))  # of the customer when it was written
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gateway_reference: Mapped[str | None] = mapped_column(String(80))
    failure: Mapped[str | None] = mapped_column(String(200))
    form_key: Mapped[str | None] = mapped_column(String(40))


class Campaign(Base, Versioned):
    """One message to the customers of a view: what it says, to whom, and how many were left out for which reason.

    `query` are the filters of the directory as they were. `channel` empty: each customer's own. `counts` by reason of
    exclusion, with `chosen` and `queued`. state: draft | queued | cancelled.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'queued', 'cancelled')", name="state"),
        Index("ix_campaign_owner", "owner_id", "created_at"),
        Index("ix_campaign_branch", "branch_id", "created_at"),
    )
    business_date = "created_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    title: Mapped[str] = mapped_column(String(80))
    template: Mapped[str | None] = mapped_column(String(40))
    occasion: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str | None] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    query: Mapped[dict[str, object]] = mapped_column(Json)
    view: Mapped[str | None] = mapped_column(String(60))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    send_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    counts: Mapped[dict[str, int]] = mapped_column(Json)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CapacityTest(Base, OwnedRow):
    """One risk questionnaire as the customer answered it, with its score and level C1-C5; appended, never changed.

    Law: 金融机构产品适当性管理办法 (valid for a year; at most so many a day and in twelve months).
    """

    __tablename__ = "capacity_test"
    __table_args__ = (Index("ix_capacity_test_customer", "customer_id", "answered_at"),)
    business_date = "answered_at"
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers: Mapped[dict[str, object]] = mapped_column(Confidential(Json))
    score: Mapped[int] = mapped_column(Integer)
    level: Mapped[str] = mapped_column(String(2))
    valid_until: Mapped[date] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(20))
    rule_version: Mapped[str] = mapped_column(String(120))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    form_key: Mapped[str | None] = mapped_column(String(40))


class Recommendation(Base, OwnedRow, Versioned):
    """A product recommended to a customer: within the capacity that held, for which need, and what came of it.

    The store refuses one above a valid capacity, whoever writes it. `capacity` and `capacity_until` are those of the
    moment. outcome: open | accepted | declined.
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        CheckConstraint("outcome IN ('open', 'accepted', 'declined')", name="outcome"),
        Index("ix_recommendation_product", "product_id", "made_at"),
        Index("ix_recommendation_staff", "staff_id", "made_at"),
    )
    business_date = "made_at"
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    risk_level: Mapped[str | None] = mapped_column(String(2))
    capacity: Mapped[str | None] = mapped_column(String(2))
    capacity_until: Mapped[date | None] = mapped_column(Date)
    need: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[str]] = mapped_column(Confidential(Json))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    outcome_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Confidential(Text))
    form_key: Mapped[str | None] = mapped_column(String(40))
