"""Engagement: events with their guests, and who brought whom with what they got for it (方案 §4.3, 管理 §2.2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Confidential, Fen, Json, OwnedByCustomer, UtcDateTime, Versioned
from lib.store.ids import new_id


class Event(Base, Versioned):
    """An event or lecture: what, when, where, for how many, at which cost, about which products, for which community.

    `taken` and `waiting` count its guests with a seat and those who wait for one, whoever's customers they are: they
    move with the guests' own rows and never alone. No branch: the whole bank's. state: draft | open | held | closed |
    cancelled (rule event.moves).
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'held', 'closed', 'cancelled')", name="state"),
        CheckConstraint("taken >= 0 AND taken <= seats AND waiting >= 0", name="seats"),
        Index("ix_event_branch", "branch_id", "starts_at"),
        Index("ix_event_starts", "starts_at"),
    )
    business_date = "created_at"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    title: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(80))
    seats: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    waiting: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cost_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    topics: Mapped[str | None] = mapped_column(String(200))
    products: Mapped[list[str] | None] = mapped_column(Json)  # codes of products it speaks of
    community: Mapped[str | None] = mapped_column(String(40))  # code of rule engagement.communities
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(200))  # why it was cancelled
    host_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Base, OwnedByCustomer, Versioned):
    """A customer and an event: invited, with a seat, waiting for one, declined, or there.

    A seat is held exactly while `registered_at` is set, whatever the state: so who had one and is not `attended`
    once the event is over did not come.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("state IN ('invited', 'registered', 'waiting', 'declined', 'attended')", name="state"),
        Index("ix_invitation_event", "event_id", "state"),
    )
    business_date = "invited_at"
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    registered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ticked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(Confidential(Text))


class Referral(Base, OwnedByCustomer, Versioned):
    """Whom a customer brought, once a person, and what the customer got for it.

    Who brought whom is said by `customer.referred_by_id` alone; this row is the referrer's side of it. `became_on` is
    the day the other opened an account, told by refresh. state: open | given | declined; owed and beyond the cap are
    read from it by rule (referral.per_quarter).
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'given', 'declined')", name="state"),
        CheckConstraint("customer_id <> referred_id", name="other"),
        Index("ix_referral_referred", "referred_id"),
        Index("ix_referral_became", "state", "became_on"),
    )
    business_date = "recorded_on"
    referred_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    recorded_on: Mapped[date] = mapped_column(Date)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    became_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    reward: Mapped[str | None] = mapped_column(String(10))  # gift | points
    reward_amount: Mapped[int | None] = mapped_column(BigInteger)  # fen of the base currency, or points
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(Confidential(Text))
