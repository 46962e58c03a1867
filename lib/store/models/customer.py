"""The customer: one row for everyone the bank deals with, and what hangs on that row."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import (
    Base,
    Confidential,
    Fen,
    Imported,
    Json,
    OwnedByCustomer,
    OwnedRow,
    PersonName,
    UtcDateTime,
    Versioned,
)
from lib.store.ids import new_id

_MERGED = sql("merged_into_id IS NOT NULL")
_STOOD_IN = sql("deputy_id IS NOT NULL")
_LUNAR = sql("lunar_birthday IS NOT NULL")
_SPECIAL = sql("special_care IS NOT NULL")


class Customer(Base, Versioned, Imported):
    """A person or firm. kind personal | corporate; stage prospect | customer | former | outsider.

    `manager_id` and `branch_id` are the owner now (moved by the transfer command), so that narrowing is an index.
    Identity number and phone are stored sealed, with a mask for display and a keyed hash to find them by.
    """

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("kind IN ('personal', 'corporate')", name="kind"),
        CheckConstraint("stage IN ('prospect', 'customer', 'former', 'outsider')", name="stage"),
        Index("ix_customer_manager", "manager_id", "stage"),
        Index("ix_customer_branch", "branch_id", "stage"),
        Index("ix_customer_opened", "opened_on", "customer_id"),
        Index("ix_customer_born", "birth_date", "customer_id"),
        Index("ix_customer_deputy", "deputy_id", sqlite_where=_STOOD_IN, postgresql_where=_STOOD_IN),
        Index("ix_customer_lunar", "lunar_birthday", sqlite_where=_LUNAR, postgresql_where=_LUNAR),
        Index("ix_customer_special", "special_care", "branch_id", sqlite_where=_SPECIAL, postgresql_where=_SPECIAL),
        Index("ix_customer_merged", "merged_into_id", sqlite_where=_MERGED, postgresql_where=_MERGED),
    )
    business_date = "known_since"
    secret_columns = frozenset({"identity_sealed", "identity_hash", "phone_sealed", "phone_hash"})

    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    number: Mapped[str] = mapped_column(String(20), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(PersonName(120))
    known_since: Mapped[date] = mapped_column(Date)
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    # Why the customer left (离行原因), in the customer's or one's own words, and when and by whom that was recorded.
    leaving_reason: Mapped[str | None] = mapped_column(String(40))
    leaving_words: Mapped[str | None] = mapped_column(Confidential(Text))
    leaving_said_on: Mapped[date | None] = mapped_column(Date)
    leaving_said_by: Mapped[int | None] = mapped_column(BigInteger)

    identity_kind: Mapped[str | None] = mapped_column(String(20))
    identity_masked: Mapped[str | None] = mapped_column(String(40))
    identity_sealed: Mapped[str | None] = mapped_column(Text)
    identity_hash: Mapped[str | None] = mapped_column(String(40), index=True)
    phone_masked: Mapped[str | None] = mapped_column(String(40))
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    phone_hash: Mapped[str | None] = mapped_column(String(40), index=True)
    email: Mapped[str | None] = mapped_column(Confidential(String(120)))
    address: Mapped[str | None] = mapped_column(Confidential(String(200)))

    gender: Mapped[str | None] = mapped_column(String(1))
    birth_date: Mapped[date | None] = mapped_column(Date)
    occupation: Mapped[str | None] = mapped_column(Confidential(String(60)))
    employer: Mapped[str | None] = mapped_column(Confidential(String(120)))
    income_fen: Mapped[int | None] = mapped_column(Confidential(Fen))

    industry: Mapped[str | None] = mapped_column(String(40))
    employees: Mapped[int | None] = mapped_column(Integer)
    revenue_fen: Mapped[int | None] = mapped_column(Confidential(Fen))
    total_assets_fen: Mapped[int | None] = mapped_column(Confidential(Fen))
    size_class: Mapped[str | None] = mapped_column(String(10))
    development_stage: Mapped[str | None] = mapped_column(String(20))
    legal_representative: Mapped[str | None] = mapped_column(PersonName(80))

    preferred_channel: Mapped[str | None] = mapped_column(String(20))
    do_not_contact: Mapped[bool] = mapped_column(default=False, server_default="0")
    no_automated_advice: Mapped[bool] = mapped_column(default=False, server_default="0")
    special_care: Mapped[str | None] = mapped_column(String(20))
    home_visit: Mapped[bool] = mapped_column(default=False, server_default="0")
    service_wishes: Mapped[str | None] = mapped_column(Confidential(Text))
    # A birthday kept by the lunar calendar: month and day (08-15), with L before them in a leap month (L06-30).
    lunar_birthday: Mapped[str | None] = mapped_column(String(6))
    preferences: Mapped[str | None] = mapped_column(Confidential(Text))
    notes: Mapped[str | None] = mapped_column(Confidential(Text))

    risk_rating: Mapped[str | None] = mapped_column(String(10))
    risk_rated_on: Mapped[date | None] = mapped_column(Date)
    risk_rating_before: Mapped[str | None] = mapped_column(String(10))  # what it was until risk_rated_on
    risk_capacity: Mapped[str | None] = mapped_column(String(2))
    risk_capacity_until: Mapped[date | None] = mapped_column(Date)
    verified_on: Mapped[date | None] = mapped_column(Date)
    verified_by: Mapped[int | None] = mapped_column(BigInteger)
    tier: Mapped[str | None] = mapped_column(String(20))
    tier_since: Mapped[str | None] = mapped_column(String(6))

    manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    # Who stands in for the manager while an item of this customer is theirs to do.
    deputy_id: Mapped[int | None] = mapped_column(BigInteger)
    referred_by_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    # The same person or firm under another number: the record at the end of the chain, and the one it was merged with.
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger)
    merged_with_id: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class CustomerNumber(Base):
    """The registry of human customer numbers: globally unique, which the sharded customer table cannot promise."""

    __tablename__ = "customer_number"
    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger)


class IdentityRegistry(Base):
    """The registry of identity-number hashes: one living customer a number."""

    __tablename__ = "identity_registry"
    identity_hash: Mapped[str] = mapped_column(String(40), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger)


class Assignment(Base, OwnedRow, Imported):
    """Who looked after the customer, from day to day; `until_day` is the first day it no longer held.

    `reason` and `note` are what the transfer that began it said: why, and what the next one should know.
    """

    __tablename__ = "assignment"
    business_date = "since_day"
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    since_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Confidential(Text))


class Relation(Base, OwnedRow, Imported):
    """A link from this customer to another: disponent (may dispose of an account), family, employer, group."""

    __tablename__ = "relation"
    business_date = "since_day"
    other_customer_id: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    since_day: Mapped[date | None] = mapped_column(Date)


class CustomerTag(Base, OwnedByCustomer):
    """A tag the customer bears, with its evidence; family life_cycle | need | behaviour | channel."""

    __tablename__ = "customer_tag"
    __table_args__ = (
        Index("ix_customer_tag_hand", "tag", "customer_id", sqlite_where=sql("by_rule = 0"),
              postgresql_where=sql("NOT by_rule")),
    )  # fmt: skip
    business_date = "since_day"
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    family: Mapped[str] = mapped_column(String(20))
    by_rule: Mapped[bool]
    evidence: Mapped[dict[str, object] | None] = mapped_column(Json)
    since_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date | None] = mapped_column(Date)  # one set by hand ends, and is kept


class LifeEvent(Base, OwnedRow, Imported):
    """Something that happened in the customer's life or with the bank: home purchase, child, account opened."""

    __tablename__ = "life_event"
    business_date = "happened_on"
    kind: Mapped[str] = mapped_column(String(30))
    happened_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Confidential(Text))
    source: Mapped[str | None] = mapped_column(String(40))


class Contact(Base, OwnedRow, Versioned, Imported):
    """One logged conversation: what `contact` means in every KPI."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_happened", "happened_at"),
        Index("ix_contact_created", "created_at"),
        # One form writes one contact, however often it is sent.
        Index(
            "uq_contact_form",
            "customer_id",
            "form_key",
            unique=True,
            sqlite_where=sql("form_key IS NOT NULL"),
            postgresql_where=sql("form_key IS NOT NULL"),
        ),
    )
    business_date = "happened_at"
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    next_step: Mapped[str | None] = mapped_column(Confidential(String(200)))
    note: Mapped[str | None] = mapped_column(Confidential(Text))
    by_customer: Mapped[bool] = mapped_column(default=False, server_default="0")
    attendees: Mapped[str | None] = mapped_column(Confidential(String(200)))  # of a meeting
    due_item_id: Mapped[int | None] = mapped_column(BigInteger)  # what it was logged for
    form_key: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class CustomerLink(Base, OwnedRow, Versioned):
    """An address kept with a customer: their site, a folder of the bank's; ended, never deleted."""

    __tablename__ = "customer_link"
    business_date = "added_at"
    title: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(Confidential(String(500)))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Gift(Base, OwnedRow):
    """A gift given to a customer (管理 §4.1, 手册 §6.1): what, worth how much, on which occasion, by whom."""

    __tablename__ = "gift"
    business_date = "given_on"
    given_on: Mapped[date] = mapped_column(Date)
    item: Mapped[str] = mapped_column(String(80))
    value_fen: Mapped[int] = mapped_column(Fen)
    occasion: Mapped[str] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(Confidential(Text))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    form_key: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class OutsideFact(Base, OwnedRow, Versioned):
    """What was learned of a customer from social media, the web or a bought source (制度 §四(一), 方案 §2.1).

    Kept only with its source, lawful basis and, where that is the basis, consent. When consent is withdrawn it is
    ended and its content erased (个人信息保护法 §47), which is why the trail keeps no more of that than a hash.
    """

    __tablename__ = "outside_fact"
    __table_args__ = (CheckConstraint("lawful_basis <> 'consent' OR consent_on IS NOT NULL", name="consent"),)
    business_date = "learned_on"
    secret_columns = frozenset({"source", "content"})
    learned_on: Mapped[date] = mapped_column(Date)
    source_kind: Mapped[str] = mapped_column(String(20))  # social | web | bought | public
    source: Mapped[str] = mapped_column(Confidential(String(200)))
    lawful_basis: Mapped[str] = mapped_column(String(30))
    consent_on: Mapped[date | None] = mapped_column(Date)
    content: Mapped[str] = mapped_column(Confidential(Text))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_reason: Mapped[str | None] = mapped_column(String(200))


class RiskResponse(Base, OwnedRow):
    """What is done about a customer's risk rating (办法 §六: limits, investigation, a plan), and until when it holds.

    Appended, never changed: a response is current while it speaks of the rating in force and its day has not passed.
    """

    __tablename__ = "risk_response"
    __table_args__ = (Index("ix_risk_response_made", "customer_id", "made_on"),)
    business_date = "made_on"
    made_on: Mapped[date] = mapped_column(Date)
    rating: Mapped[str] = mapped_column(String(10))
    steps: Mapped[list[str]] = mapped_column(Json)  # codes of rule risk.response_steps
    text: Mapped[str | None] = mapped_column(Confidential(Text))
    review_on: Mapped[date] = mapped_column(Date)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    form_key: Mapped[str | None] = mapped_column(String(40))


class TierDecision(Base, OwnedRow, Versioned):
    """What a person decided about a customer's tier in a quarter: the move confirmed, held back, or set by hand.

    act: confirmed | held | override. A hold (by the head, tier review) and an override (agreed by another post,
    `request_id`) make `tier` count for quarters whose end lies from `since_day` to `until_day`, and not from
    `ended_on` on. 方案 §2.2.
    """

    __tablename__ = "tier_decision"
    __table_args__ = (
        CheckConstraint("act IN ('confirmed', 'held', 'override')", name="act"),
        Index("ix_tier_decision_quarter", "quarter", "act"),
    )
    business_date = "at"
    quarter: Mapped[str] = mapped_column(String(6))
    act: Mapped[str] = mapped_column(String(10))
    tier: Mapped[str] = mapped_column(String(20))
    tier_before: Mapped[str | None] = mapped_column(String(20))
    since_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Confidential(Text))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    request_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[int | None] = mapped_column(BigInteger)
    ended_reason: Mapped[str | None] = mapped_column(Confidential(Text))
