"""Points: the double-entry ledger and each customer's balance (手册 §6.2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Confidential, OwnedByCustomer, UtcDateTime, Versioned


class PointEntry(Base, OwnedByCustomer):
    """One side of a transfer of points between a customer and the bank; the two sides of a `deed` sum to zero.

    account: customer | issued | redeemed | expired | corrected (the bank's, one for each kind). kind: earn | redeem |
    expire | correct. `deed` names the transfer by what it is for, so that each thing counts once, whoever books it at
    the same time. Points given have the last day they are good for. `undoes`: the deed a correction takes back.
    Appended, never changed or deleted.
    """

    __tablename__ = "point_entry"
    __table_args__ = (
        CheckConstraint("account IN ('customer', 'issued', 'redeemed', 'expired', 'corrected')", name="account"),
        CheckConstraint("kind IN ('earn', 'redeem', 'expire', 'correct')", name="kind"),
        Index("ix_point_entry_booked", "booked_on", "kind"),
        Index("ix_point_entry_code", "code", "booked_on"),
    )
    business_date = "booked_on"
    deed: Mapped[str] = mapped_column(String(80), primary_key=True)
    account: Mapped[str] = mapped_column(String(10), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40))  # of rule points.earning or points.rewards; none of an expiry
    points: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int | None] = mapped_column(Integer)  # of a reward
    booked_on: Mapped[date] = mapped_column(Date)
    happened_on: Mapped[date | None] = mapped_column(Date)  # the day of what was earned for
    expires_on: Mapped[date | None] = mapped_column(Date)
    undoes: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Confidential(String(200)))
    rule_version: Mapped[str | None] = mapped_column(String(120))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # none: a job
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class PointAccount(Base, OwnedByCustomer, Versioned):
    """What a customer has: always the sum of the ledger's customer side, never below zero.

    `expiring` points are good until `expiring_on` at the latest: the first of the balance to go.
    """

    __tablename__ = "point_account"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance"),
        Index("ix_point_account_expiring", "expiring_on", "customer_id"),
    )
    customer_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("customer.customer_id"), primary_key=True, autoincrement=False, sort_order=-10
    )
    balance: Mapped[int] = mapped_column(BigInteger)
    expiring: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    expiring_on: Mapped[date | None] = mapped_column(Date)
