"""The bank itself: its one row, branches, staff, products and currency rates."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lib.store.base import Base, Imported, Json, Reference, Versioned
from lib.store.ids import new_id


class Bank(Base, Reference):
    """One database is one bank with one base currency; `is_demo` decides what may be done to it."""

    __tablename__ = "bank"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(String(80))
    base_currency: Mapped[str] = mapped_column(String(3))
    is_demo: Mapped[bool]
    opened_on: Mapped[date | None] = mapped_column(Date)
    seed: Mapped[int | None]


class Branch(Base, Reference, Versioned, Imported):
    """A branch (支行); `region` groups branches, `notes` keeps what a source says of its district."""

    __tablename__ = "branch"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    region: Mapped[str | None] = mapped_column(String(80))
    notes: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True, server_default="1")


class Staff(Base, Reference, Versioned, Imported):
    """A person who works at the bank and may sign in; `role` is a column of the rights matrix."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    joined_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(default=True, server_default="1")


class Product(Base, Reference, Versioned, Imported):
    """A product: category deposit | wealth | card | loan, risk level R1–R5 where it has one.

    `customer_kind` is whom it is for, personal or corporate; empty: for either. `age_from` and `age_below` are the
    ages it is made for in full years; `needs` the needs it serves (codes of rule needs.rules).
    """

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_id, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    category: Mapped[str] = mapped_column(String(20))
    risk_level: Mapped[str | None] = mapped_column(String(2))
    customer_kind: Mapped[str | None] = mapped_column(String(10))
    term_days: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    annual_margin_bp: Mapped[int | None]
    age_from: Mapped[int | None]
    age_below: Mapped[int | None]
    needs: Mapped[list[str] | None] = mapped_column(Json)
    description: Mapped[str | None] = mapped_column(String(500))
    active: Mapped[bool] = mapped_column(default=True, server_default="1")


class CurrencyRate(Base, Reference, Imported):
    """One unit of `currency` in millionths of the base currency, from that day on."""

    __tablename__ = "currency_rate"
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    micro: Mapped[int] = mapped_column(BigInteger)
