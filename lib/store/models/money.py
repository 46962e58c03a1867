"""Accounts, holdings, transactions and month balances: what the customer has with the bank."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lib.settings import now
from lib.store.base import Base, Fen, Imported, OwnedByCustomer, OwnedRow, UtcDateTime


class Account(Base, OwnedRow, Imported):
    """An account with a ledger. category deposit | card | loan; `number_masked` is all that is kept readable."""

    __tablename__ = "account"
    business_date = "opened_on"
    number_masked: Mapped[str] = mapped_column(String(40))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    category: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    opened_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    principal_fen: Mapped[int | None] = mapped_column(Fen)
    matures_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str | None] = mapped_column(String(20))


class Holding(Base, OwnedRow, Imported):
    """A position with a start: time deposit, wealth product; counted in AUM from start until its end."""

    __tablename__ = "holding"
    __table_args__ = (Index("ix_holding_matures", "matures_on"),)
    business_date = "started_on"
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    category: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    amount_fen: Mapped[int] = mapped_column(Fen)
    started_on: Mapped[date] = mapped_column(Date)
    matures_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)


class Transaction(Base, OwnedRow, Imported):
    """One ledger line. `amount_fen` is signed: credit positive, debit negative, in the account's currency.

    `by_customer` says that the customer initiated it: interest, fees and standing debits are not activity.
    """

    __tablename__ = "transaction"
    __table_args__ = (
        Index("ix_transaction_account", "customer_id", "account_id", "booked_on"),
        Index("ix_transaction_recorded", "recorded_at"),  # what came late for a closed quarter
        CheckConstraint("direction IN ('credit', 'debit')", name="direction"),
    )
    business_date = "booked_on"
    account_id: Mapped[int] = mapped_column(BigInteger)
    booked_on: Mapped[date] = mapped_column(Date)
    direction: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(Fen)
    balance_fen: Mapped[int | None] = mapped_column(Fen)
    currency: Mapped[str] = mapped_column(String(3))
    by_customer: Mapped[bool] = mapped_column(Boolean)
    counterparty: Mapped[str | None] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class BalanceMonth(Base, OwnedByCustomer, Imported):
    """Average daily and closing balance of one account in one month, in the account's currency.

    Given by the core system, or derived from the ledger by refresh (`derived`).
    """

    __tablename__ = "balance_month"
    business_date = "month"
    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    average_fen: Mapped[int] = mapped_column(Fen)
    closing_fen: Mapped[int] = mapped_column(Fen)
    derived: Mapped[bool] = mapped_column(Boolean, default=False, server_default="0")


class StandingOrder(Base, OwnedRow, Imported):
    """A standing payment order of an account; `kind` says what for (household, loan, leasing, insurance, none)."""

    __tablename__ = "standing_order"
    account_id: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(Fen)
    currency: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(20))
    counterparty: Mapped[str | None] = mapped_column(String(60))
