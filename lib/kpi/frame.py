"""What the statements of one quarter share: its days, rules in force, currency rates and previous facts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, func, literal, select, union
from sqlalchemy.orm import Session

from lib.rulebook import Rulebook
from lib.store import models as m
from lib.store.functions import to_base
from lib.store.quarter import Quarter
from lib.tiers.rules import Scheme, scheme


class RateMissing(LookupError):
    """Amounts in a currency that has no rate to the base currency; the message is a sentence."""


@dataclass(frozen=True)
class Frame:
    """One quarter being computed into one version, seen on the day `cutoff`."""

    quarter: Quarter
    version: int
    cutoff: date
    previous_version: int | None
    book: Rulebook
    base_currency: str
    rates: dict[str, int]
    kinds: tuple[str, ...]
    merged: tuple[tuple[int, int], ...] = ()  # customer and the one it was merged into
    past: tuple[tuple[str, int], ...] = ()  # of the four quarters before, those with facts, and which version

    @property
    def key(self) -> str:
        """The quarter as stored."""
        return str(self.quarter)

    @property
    def start(self) -> date:
        """First day of the quarter."""
        return self.quarter.start

    @property
    def end(self) -> date:
        """Last day that counts: the quarter's end, or the cutoff in a running quarter."""
        return min(self.quarter.end, self.cutoff)

    @property
    def month(self) -> date:
        """First day of the month whose average balance stands for the quarter."""
        return self.quarter.last_month(self.cutoff)

    @property
    def month_days(self) -> int:
        """Days of that month that have passed."""
        return (self.end - self.month).days + 1

    @property
    def after(self) -> date:
        """The day after the last that counts."""
        return self.end + timedelta(days=1)

    @cached_property
    def schemes(self) -> dict[str, Scheme]:
        """The tier scheme of every kind of customer the bank has; RuleMissing if one has no lines."""
        return {kind: scheme(self.book, kind, self.base_currency, self.end) for kind in self.kinds}

    def rule(self, key: str) -> Any:
        """A rule's value in force at the end of the quarter."""
        return self.book.value(key, self.end)

    def money_rule(self, key: str, name: str) -> int:
        """An amount of a rule in the base currency; an amount without that currency counts as zero."""
        return int(self.rule(key)[name].get(self.base_currency, 0))

    def in_base(self, fen: Any, currency: Any) -> ColumnElement[int]:
        """An amount column in the base currency at the rate of the quarter's end."""
        others = [(currency == code, to_base(fen, literal(micro, BigInteger))) for code, micro in self.rates.items()]
        return case(*others, else_=fen) if others else fen


def rates_on(session: Session, day: date, base_currency: str) -> dict[str, int]:
    """Millionths of the base currency per unit of every other currency in use; RateMissing if one has none."""
    known: dict[str, int] = {}
    rate = m.CurrencyRate
    for row in session.scalars(select(rate).where(rate.valid_from <= day).order_by(rate.valid_from)):
        known[row.currency] = row.micro
    used = union(select(m.Account.currency), select(m.Holding.currency)).subquery()
    for currency in session.scalars(select(used.c.currency)):
        if currency != base_currency and currency not in known:
            raise RateMissing(f"{currency} has no rate to {base_currency} on {day}; load one into currency_rate.")
    return {code: micro for code, micro in known.items() if code != base_currency}


def kinds_of(session: Session) -> tuple[str, ...]:
    """The kinds of customers whose quarters are to be judged."""
    found = select(m.Customer.kind).where(m.Customer.stage.in_(("customer", "former"))).distinct()
    return tuple(sorted(session.scalars(found)))


def merged_in(session: Session) -> tuple[tuple[int, int], ...]:
    """The customers that were merged, each with the one it was merged into."""
    c = m.Customer
    found = session.execute(select(c.customer_id, c.merged_into_id).where(c.merged_into_id.is_not(None)))
    return tuple(sorted((one, into) for one, into in found if into is not None))


def data_version(session: Session) -> int:
    """Grows with every audited change, so that a half-built version of older data is told from this one."""
    return session.scalar(select(func.max(m.AuditEntry.id)).where(m.AuditEntry.table != "refresh")) or 0


def digest_of(book: Rulebook, on: date) -> str:
    """Names the rules a version was computed by: those in force on a day, so that a later one leaves it standing."""
    return hashlib.sha256(book.digest_on(on).encode()).hexdigest()[:16]
