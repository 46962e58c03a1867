"""Month balances derived from the ledger, for accounts whose core system gives none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, delete, func, insert, literal, or_, select
from sqlalchemy.orm import aliased

from lib.jobs.facts.members import Chunk, counted
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import days_between

_COLUMNS = ["customer_id", "account_id", "month", "currency", "average_fen", "closing_fen", "derived"]


def derive_balances(session: BulkSession, frame: Frame, chunk: Chunk) -> None:
    """Average daily and closing balance of the quarter's month, for accounts without a given one (domain §2).

    The ledger is summed from the last quarter's derived closing balance on, not from the beginning. A loan without
    a ledger stands at its principal until it matures.
    """
    balance = m.BalanceMonth
    old = delete(balance).where(
        counted(frame, chunk, balance.customer_id), balance.month == frame.month, balance.derived.is_(True)
    )
    session.rows(old)
    session.execute(insert(balance).from_select(_COLUMNS, _from_ledger(frame, chunk)))
    session.execute(insert(balance).from_select(_COLUMNS, _loans_at_principal(frame, chunk)))


def _from_ledger(frame: Frame, chunk: Chunk) -> Any:
    account, line, before = m.Account, m.Transaction, aliased(m.BalanceMonth)
    month_before = frame.quarter.shift(-1).end.replace(day=1)
    opening = func.coalesce(func.max(before.closing_fen), 0)
    earlier = _sum(case((line.booked_on < frame.month, line.amount_fen), else_=0))
    days_left = days_between(line.booked_on, literal(frame.after))
    weighted = _sum(case((line.booked_on >= frame.month, line.amount_fen * days_left), else_=0))
    total = cast((opening + earlier) * frame.month_days + weighted, BigInteger)
    return (
        select(
            account.customer_id,
            account.id,
            literal(frame.month),
            account.currency,
            total // literal(frame.month_days, BigInteger),
            cast(opening + _sum(line.amount_fen), BigInteger),
            literal(True),
        )
        .outerjoin(
            before,
            and_(
                before.customer_id == account.customer_id,
                before.account_id == account.id,
                before.month == month_before,
                before.derived.is_(True),
            ),
        )
        .outerjoin(
            line,
            and_(
                line.customer_id == account.customer_id,
                line.account_id == account.id,
                line.booked_on < frame.after,
                or_(before.month.is_(None), line.booked_on >= frame.start),
            ),
        )
        .where(
            counted(frame, chunk, account.customer_id),
            account.opened_on < frame.after,
            _still_there(frame),
            ~_given(frame, chunk),
            _kept_by_ledger(),
        )
        .group_by(account.customer_id, account.id, account.currency)
        .having(or_(func.count(line.id) > 0, func.count(before.month) > 0))
    )


def _loans_at_principal(frame: Frame, chunk: Chunk) -> Any:
    account = m.Account
    return select(
        account.customer_id,
        account.id,
        literal(frame.month),
        account.currency,
        account.principal_fen,
        account.principal_fen,
        literal(True),
    ).where(
        counted(frame, chunk, account.customer_id),
        ~_kept_by_ledger(),
        account.opened_on < frame.after,
        or_(account.closed_on.is_(None), account.closed_on > frame.month),
        or_(account.matures_on.is_(None), account.matures_on > frame.month),
        ~_given(frame, chunk),
    )


def _kept_by_ledger() -> ColumnElement[bool]:
    """Whether the account's balance follows from its lines: every account but a loan known by its principal alone."""
    account, line = m.Account, aliased(m.Transaction)
    lines = select(line.id).where(line.customer_id == account.customer_id, line.account_id == account.id)
    return or_(account.category != "loan", account.principal_fen.is_(None), lines.exists())


def _still_there(frame: Frame) -> ColumnElement[bool]:
    """A ledger may begin after its account did: what was closed before the quarter has no balance to derive."""
    return or_(m.Account.closed_on.is_(None), m.Account.closed_on >= frame.start)


def _given(frame: Frame, chunk: Chunk) -> ColumnElement[bool]:
    """Whether the core system gives this account's balances: a month it leaves out is then one without a balance.

    The chunk is said again, so that a planner does not read every balance of the bank for each chunk.
    """
    given = aliased(m.BalanceMonth)
    return (
        select(given.month)
        .where(
            counted(frame, chunk, given.customer_id),
            given.customer_id == m.Account.customer_id,
            given.account_id == m.Account.id,
            given.derived.is_(False),
        )
        .exists()
    )


def _sum(column: Any) -> ColumnElement[int]:
    return func.coalesce(cast(func.sum(column), BigInteger), 0)
