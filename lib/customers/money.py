"""Reading a customer's money: accounts, holdings, ledger lines and cash flow. Amounts keep their currency.

`ids` are the customer's and those of the records merged into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, Select, case, cast, extract, func, or_, select, union_all
from sqlalchemy.orm import aliased

from lib.store.models import Account, BalanceMonth, CurrencyRate, Holding, Product, Transaction


def accounts(ids: Sequence[int]) -> Select:
    """Accounts with product and the last known month-end balance; those still open first."""
    month = aliased(BalanceMonth)
    balance = (
        select(month.closing_fen)
        .where(month.customer_id == Account.customer_id, month.account_id == Account.id)
        .order_by(month.month.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Account.number_masked,
            Account.category,
            Product.name.label("product"),
            Account.currency,
            balance.label("balance_fen"),
            Account.principal_fen,
            Account.opened_on,
            Account.matures_on,
            Account.closed_on,
            Account.status,
        )
        .outerjoin(Product, Product.id == Account.product_id)
        .where(Account.customer_id.in_(ids))
        .order_by(Account.closed_on.is_not(None), Account.category, Account.opened_on, Account.id)
    )


def holdings(ids: Sequence[int], on: date) -> Select:
    """Positions held on a day, the next to mature on top."""
    return (
        select(
            Product.name.label("product"),
            Holding.category,
            Product.risk_level,
            Holding.currency,
            Holding.amount_fen,
            Holding.started_on,
            Holding.matures_on,
        )
        .join(Product, Product.id == Holding.product_id)
        .where(
            Holding.customer_id.in_(ids),
            Holding.started_on <= on,
            or_(Holding.ended_on.is_(None), Holding.ended_on > on),
        )
        .order_by(Holding.matures_on.is_(None), Holding.matures_on, Holding.id)
    )


def maturing(ids: Sequence[int], since: date, until: date) -> Select:
    """What is held and matures from one day to another, loans too, the next on top: product, category, amount."""
    held = (
        select(Product.name.label("product"), Holding.category, Holding.currency, Holding.amount_fen,
               Holding.matures_on)
        .join(Product, Product.id == Holding.product_id)
        .where(Holding.customer_id.in_(ids), Holding.ended_on.is_(None), Holding.matures_on.between(since, until))
    )  # fmt: skip
    lent = (
        select(Product.name, Account.category, Account.currency, Account.principal_fen, Account.matures_on)
        .outerjoin(Product, Product.id == Account.product_id)
        .where(Account.customer_id.in_(ids), Account.closed_on.is_(None), Account.matures_on.between(since, until))
    )
    rows = union_all(held, lent).subquery("maturing")
    return select(*rows.c).order_by(rows.c.matures_on, rows.c.product)


def on_sale(kind: str) -> Select:
    """The products that are sold to persons or to firms: name, category, risk level, the ages they are made for."""
    of = or_(Product.customer_kind.is_(None), Product.customer_kind == kind)
    ages = (Product.age_from, Product.age_below)
    wanted = select(Product.name, Product.category, Product.risk_level, *ages).where(Product.active, of)
    return wanted.order_by(Product.code)


def transactions(ids: Sequence[int]) -> Select:
    """Ledger lines of all accounts, the newest first; amounts signed, in the account's currency."""
    account = aliased(Account)
    return (
        select(
            Transaction.booked_on,
            Transaction.kind,
            Transaction.direction,
            Transaction.amount_fen,
            Transaction.balance_fen,
            Transaction.currency,
            Transaction.counterparty,
            account.number_masked,
        )
        .outerjoin(account, (account.customer_id == Transaction.customer_id) & (account.id == Transaction.account_id))
        .where(Transaction.customer_id.in_(ids))
        .order_by(Transaction.booked_on.desc(), Transaction.id.desc())
    )


def cash_flow(ids: Sequence[int], since: date, on: date) -> Select:
    """Money in and out by month and currency from `since` to `on`: year, month, currency, in_fen, out_fen.

    `micro` is what one unit of the currency is worth on `on` in millionths of the base currency, None for the
    base currency itself. The kinds of movement are not told apart: what moves between own accounts counts twice.
    """
    year, month = extract("year", Transaction.booked_on), extract("month", Transaction.booked_on)
    micro = (
        select(CurrencyRate.micro)
        .where(CurrencyRate.currency == Transaction.currency, CurrencyRate.valid_from <= on)
        .order_by(CurrencyRate.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    amount = Transaction.amount_fen
    return (
        select(
            year.label("year"),
            month.label("month"),
            Transaction.currency,
            cast(func.sum(case((amount > 0, amount), else_=0)), BigInteger).label("in_fen"),
            cast(func.sum(case((amount < 0, -amount), else_=0)), BigInteger).label("out_fen"),
            micro.label("micro"),
        )
        .where(
            Transaction.customer_id.in_(ids),
            Transaction.booked_on >= since,
            Transaction.booked_on <= on,
        )
        .group_by(year, month, Transaction.currency)
        .order_by(year, month, Transaction.currency)
    )
