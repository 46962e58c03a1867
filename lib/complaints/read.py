"""Complaints as read: the queue by time left, and what stands open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select

from lib.settings import day_end
from lib.store.functions import as_flag
from lib.store.models import Case
from lib.work.moves import ENDED

KIND = "complaint"
_LATEST = 5000

# Written as literals, as the index of open cases is: see its condition.
_IS_OPEN = Case.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
_PROMISE_RUNS = and_(Case.promise_due_at.is_not(None), Case.promise_met_at.is_(None))
_TERM_RUNS = and_(Case.legal_due_at.is_not(None), Case.answered_at.is_(None))
#: the earlier clock still running: the promise until it is met, then the legal term until the answer
NEXT_DUE: ColumnElement[datetime | None] = case(
    (Case.state.in_(ENDED), None), (_PROMISE_RUNS, Case.promise_due_at), (_TERM_RUNS, Case.legal_due_at)
)


@dataclass(frozen=True)
class Filters:
    """What the queue shows; an empty value means any.

    state: a state, open or all; clock: see `due`; whose: mine (handled), unassigned, registered (by oneself).
    """

    state: str = "open"
    clock: str = ""
    whose: str = ""
    channel: str = ""
    business: str = ""
    branch_id: int | None = None


def queue(filters: Filters, staff_id: int, now: datetime, today: date) -> Select:
    """The complaints a scope reaches: open ones by real time left, ended ones latest first."""
    columns = (
        Case.number, Case.customer_id, Case.complainant, Case.business, Case.reason, Case.state, Case.received_at,
        Case.promise_due_at, Case.promise_met_at, Case.legal_due_at, Case.answered_at, Case.handler_id, Case.branch_id,
        Case.about_branch_id,
    )  # fmt: skip
    wanted = select(*columns).where(*_conditions(filters, staff_id, now, today))
    if filters.state in ("all", *ENDED):
        return wanted.order_by(Case.received_at.desc(), Case.id.desc())
    return wanted.order_by(NEXT_DUE.is_(None), NEXT_DUE, Case.received_at, Case.id)


def standing(now: datetime, today: date) -> Select:
    """One row of counts over the open complaints in scope: open, due_today, late_promise, late_term, unassigned"""
    counted = {
        "due_today": due("today", now, today),
        "late_promise": due("promise", now, today),
        "late_term": due("term", now, today),
        "unassigned": Case.handler_id.is_(None),
    }
    sums = [func.coalesce(func.sum(as_flag(what)), 0).label(name) for name, what in counted.items()]
    return select(func.count().label("open"), *sums).where(Case.kind == KIND, _IS_OPEN)


def due(clock: str, now: datetime, today: date) -> ColumnElement[bool]:
    """Running clocks that are over — `promise`, `term`, `overdue` for either — or end `today` or this `week`."""
    late = {
        "promise": and_(_PROMISE_RUNS, Case.promise_due_at < now),
        "term": and_(_TERM_RUNS, Case.legal_due_at < now),
    }
    if clock in late:
        return late[clock]
    if clock == "overdue":
        return or_(*late.values())
    last = day_end(today if clock == "today" else today + timedelta(days=6 - today.weekday()))
    promised, term = Case.promise_due_at.between(now, last), Case.legal_due_at.between(now, last)
    return or_(and_(_PROMISE_RUNS, promised), and_(_TERM_RUNS, term))


def categories(column: str) -> Select:
    """The codes of the latest complaints in scope as `channel` or `business`, the bank's own and imported ones."""
    named = {"channel": Case.channel, "business": Case.business}[column]
    latest = select(named.label("code")).where(Case.kind == KIND).order_by(Case.received_at.desc()).limit(_LATEST)
    codes = latest.subquery()
    return select(codes.c.code).group_by(codes.c.code).order_by(codes.c.code)


def _conditions(filters: Filters, staff_id: int, now: datetime, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Case.kind == KIND]
    if filters.state not in ("all", *ENDED):
        found.append(_IS_OPEN)
    if filters.state not in ("all", "open"):
        found.append(Case.state == filters.state)
    if filters.clock:
        found += [due(filters.clock, now, today), _IS_OPEN]
    if filters.whose:
        whose = {"mine": Case.handler_id == staff_id, "unassigned": Case.handler_id.is_(None),
                 "registered": Case.first_owner_id == staff_id}  # fmt: skip
        found.append(whose[filters.whose])
    if filters.channel:
        found.append(Case.channel == filters.channel)
    if filters.business:
        found.append(Case.business == filters.business)
    if filters.branch_id is not None:
        found.append(or_(Case.branch_id == filters.branch_id, Case.about_branch_id == filters.branch_id))
    return found
