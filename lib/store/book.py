"""The rulebook and the calendar as stored, and the versions by which cached answers are dropped."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.rulebook import Calendar, CalendarDay, Rulebook, RuleRow
from lib.settings import today
from lib.store import models as m
from lib.store.engine import engine

# How long a process may go on with rules that another process has changed.
_LOOK_AGAIN_SECONDS = 10


@dataclass(frozen=True)
class SigninLimits:
    """Rule `signin.limits`: failures before a lock, minutes of the lock, idle minutes, hours at most."""

    failures: int
    lock_minutes: int
    idle_minutes: int
    absolute_hours: int


def rulebook() -> Rulebook:
    """The bank's rulebook, read again when an entry was added."""
    return _rulebook(*_state_of_rules(*_moment()))


def calendar() -> Calendar:
    """The bank's working calendar; its version names the last known year and its edition."""
    return _calendar(*_state_of_calendar(*_moment()))


def rulebook_within(session: Session) -> Rulebook:
    """The rulebook as a transaction sees it that may have added to it."""
    row = m.RuleEntry
    columns = (row.kind, row.key, row.valid_from, row.basis, row.source, row.title, row.value, row.position)
    return Rulebook(RuleRow(*found) for found in session.execute(select(*columns)))


def frozen_book(quarter: str, version: int) -> Rulebook | None:
    """The rulebook a version of a quarter was closed by; None for one that was closed before these were kept."""
    return _frozen(str(engine().url), quarter, version)


def book_of(run: m.QuarterRun, book: Rulebook) -> Rulebook:
    """The rulebook that says what a version's figures mean: its own once it is closed, else the one in use."""
    return book_at(run.quarter, run.version, run.state in ("closed", "corrected"), book)


def book_at(quarter: str, version: int, closed: bool, book: Rulebook) -> Rulebook:
    """The same for a version of which only this is known."""
    frozen = frozen_book(quarter, version) if closed else None
    return book if frozen is None else _completed(frozen, book)


def look_again() -> None:
    """Forget what was looked up in the last seconds: this process has just changed it."""
    _state_of_rules.cache_clear()
    _state_of_calendar.cache_clear()


def signin_limits() -> SigninLimits:
    """The limits in force on the business day; RuleMissing if the bank has none."""
    return SigninLimits(**rulebook().value("signin.limits", today()))


def data_version() -> int:
    """Grows with every audited change: an answer about single records is good for one of its values."""
    with engine().connect() as link:
        return link.scalar(select(func.max(m.AuditEntry.id))) or 0


def facts_version() -> str:
    """Changes when a quarter's facts are built or closed: stored figures are good for one of its values."""
    with engine().connect() as link:
        run = m.QuarterRun
        row = link.execute(select(func.count(), func.max(run.finished_at), func.max(run.closed_at))).one()
        return "/".join(str(part) for part in row)


def _moment() -> tuple[str, int]:
    return str(engine().url), int(time.monotonic() / _LOOK_AGAIN_SECONDS)


@lru_cache(maxsize=4)
def _state_of_rules(url: str, _tick: int) -> tuple[str, int, datetime | None]:
    with engine().connect() as link:
        count, last = link.execute(select(func.count(), func.max(m.RuleEntry.loaded_at))).one()
    return url, count, last


@lru_cache(maxsize=4)
def _rulebook(_url: str, _count: int, _last: datetime | None) -> Rulebook:
    with Session(engine()) as session:
        return rulebook_within(session)


@lru_cache(maxsize=64)
def _frozen(_url: str, quarter: str, version: int) -> Rulebook | None:
    row = m.QuarterDefinition
    columns = (row.kind, row.key, row.valid_from, row.basis, row.source, row.title, row.value, row.position)
    with engine().connect() as link:
        found = link.execute(select(*columns).where(row.quarter == quarter, row.version == version)).all()
    return Rulebook(RuleRow(*one) for one in found) if found else None


@lru_cache(maxsize=64)
def _completed(frozen: Rulebook, book: Rulebook) -> Rulebook:
    return frozen.completed(book)


@lru_cache(maxsize=4)
def _state_of_calendar(url: str, _tick: int) -> tuple[str, int, int]:
    with engine().connect() as link:
        count, edition = link.execute(select(func.count(), func.max(m.CalendarDay.year_version))).one()
    return url, count, edition or 1


@lru_cache(maxsize=4)
def _calendar(_url: str, _count: int, edition: int) -> Calendar:
    with engine().connect() as link:
        rows = link.execute(select(m.CalendarDay.day, m.CalendarDay.kind, m.CalendarDay.name))
        days = [CalendarDay(*row) for row in rows]
    last = max((day.day.year for day in days), default=0)
    return Calendar.of(days, f"{last} v{edition}")
