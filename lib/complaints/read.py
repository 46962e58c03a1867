"""Complaints as read: the queue by real time left, its filters, and what stands open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal, or_, select, tuple_

from lib.settings import day_end, day_start
from lib.store.base import UtcDateTime
from lib.store.functions import as_flag, bank_days_between, least
from lib.store.models import Case, CaseEvent, ChangeRequest, Product, Staff
from lib.store.scope import Scope
from lib.store.search import says
from lib.work.moves import ENDED, LISTENED

KIND = "complaint"
#: days from receipt to closing are told apart up to this many (see CaseQuarter)
LONGEST_DAYS = 99
#: a case without a product or without a root cause, as the quarter's facts have it
NONE = "none"
#: states of `Filters` that do not stop at the open cases
BEYOND_OPEN = ("all", *ENDED)
_LATEST = 5000
_NUMBER = re.compile(r"[A-Z]\d{6}-\d{5}")
_UNDECIDED = ("pending", "returned")
_NEVER = literal(datetime(9999, 12, 31, tzinfo=UTC), UtcDateTime())

# Written as literals, as the index of open cases is: see its condition.
IS_OPEN = Case.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
_CLOCKS = {
    "promise": (Case.promise_due_at, Case.promise_met_at),
    "term": (Case.legal_due_at, Case.answered_at),
    "outside": (Case.outside_due_at, Case.answered_at),
}
_RUNS = {clock: and_(due_at.is_not(None), met_at.is_(None)) for clock, (due_at, met_at) in _CLOCKS.items()}
_RUNNING_UNTIL = [case((_RUNS[clock], due_at), else_=_NEVER) for clock, (due_at, _met) in _CLOCKS.items()]
#: the earliest clock still running: the promise until it is met, the terms until the answer; else a day no clock sees
NEXT_DUE: ColumnElement[datetime] = case(
    (Case.state.in_(ENDED), _NEVER), else_=least(least(_RUNNING_UNTIL[0], _RUNNING_UNTIL[1]), _RUNNING_UNTIL[2])
)


@dataclass(frozen=True)
class Filters:
    """What the queue shows; an empty value means any.

    kind: a kind of case or all; state: a state, open or all; clock: see `due`; whose: mine (handled), unit (of my
    colleagues and me), unassigned, registered (by oneself); waiting: customer, approval or stuck. `cause` is a root
    cause, `product` a code, `branch_id` the customer's branch (else the one complained about). Days of receipt and
    of closing are inclusive; `days` is how many lay between the two.
    `text` is what the case says, its number and its outside number included.
    """

    kind: str = KIND
    state: str = "open"
    clock: str = ""
    whose: str = ""
    waiting: str = ""
    channel: str = ""
    business: str = ""
    reason: str = ""
    cause: str = ""
    product: str = ""
    branch_id: int | None = None
    received_from: date | None = None
    received_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    days: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Asker:
    """Who looks and when: what `mine`, `today` and `stuck` mean. `stuck_days` by state (rule complaint.stuck_days)."""

    scope: Scope
    now: datetime
    today: date
    stuck_days: Mapping[str, int]


def queue(filters: Filters, asker: Asker) -> Select:
    """The cases a scope reaches: open ones by real time left, others latest first."""
    columns = (
        Case.number, Case.version, Case.kind, Case.customer_id, Case.complainant, Case.business, Case.reason,
        Case.state, Case.received_at, Case.promise_due_at, Case.promise_met_at, Case.legal_due_at, Case.answered_at,
        Case.outside_due_at, Case.handler_id, Case.branch_id, Case.about_branch_id, Case.waiting_for,
        Case.crisis_since, Case.crisis_ended_at, Case.clocks_provisional,
    )  # fmt: skip
    wanted = select(*columns).where(*conditions(filters, asker))
    if filters.state in BEYOND_OPEN:
        return wanted.order_by(Case.received_at.desc(), Case.id.desc())
    return wanted.order_by(NEXT_DUE, Case.received_at, Case.id)


def standing(kind: str, asker: Asker) -> Select:
    """One row of counts over the open cases of a kind in scope.

    open, due_today, late_promise, late_term, late_outside, unassigned, customer, approval, stuck
    """
    counted = {
        "due_today": due("today", asker),
        "late_promise": due("promise", asker),
        "late_term": due("term", asker),
        "late_outside": due("outside", asker),
        "unassigned": Case.handler_id.is_(None),
        **{what: waiting(what, asker) for what in ("customer", "approval", "stuck")},
    }
    sums = [func.coalesce(func.sum(as_flag(what)), 0).label(name) for name, what in counted.items()]
    return select(func.count().label("open"), *sums).where(IS_OPEN, *_of_kind(kind))


def due(clock: str, asker: Asker) -> ColumnElement[bool]:
    """Running clocks that are over (`promise`, `term`, `outside`, `overdue` for any) or end `today` or this `week`."""
    if clock in _CLOCKS:
        return and_(_RUNS[clock], _CLOCKS[clock][0] < asker.now)
    if clock == "overdue":
        return or_(*(and_(_RUNS[one], due_at < asker.now) for one, (due_at, _met) in _CLOCKS.items()))
    last = day_end(asker.today if clock == "today" else asker.today + timedelta(days=6 - asker.today.weekday()))
    return or_(*(and_(_RUNS[one], due_at.between(asker.now, last)) for one, (due_at, _met) in _CLOCKS.items()))


def waiting(what: str, asker: Asker) -> ColumnElement[bool]:
    """Cases that wait for the `customer` (or another outside), for an `approval`, or stand still (`stuck`)."""
    if what == "customer":
        return Case.waiting_for.is_not(None)
    if what == "approval":
        asked = select(ChangeRequest.customer_id, ChangeRequest.subject_key)
        undecided = (ChangeRequest.subject == "case", ChangeRequest.state.in_(_UNDECIDED))
        return tuple_(Case.customer_id, Case.number).in_(asked.where(*undecided))
    since = {state: asker.now - timedelta(days=days) for state, days in asker.stuck_days.items()}
    limit = case(*((Case.state == state, literal(at, UtcDateTime())) for state, at in since.items()), else_=None)
    mine = (CaseEvent.customer_id == Case.customer_id, CaseEvent.case_id == Case.id)
    last = select(func.max(CaseEvent.at)).where(*mine).correlate(Case).scalar_subquery()
    # An imported case has no history: it stands still since it was received.
    return and_(Case.received_at < limit, func.coalesce(last, Case.received_at) < limit)


def categories(column: str) -> Select:
    """The codes of the latest cases in scope as `channel`, `business` or `reason`: the bank's own and imported ones."""
    named = {"channel": Case.channel, "business": Case.business, "reason": Case.reason}[column]
    latest = select(named.label("code")).where(Case.kind.in_(LISTENED)).order_by(Case.received_at.desc()).limit(_LATEST)
    codes = latest.subquery()
    return select(codes.c.code).group_by(codes.c.code).order_by(codes.c.code)


def takers(branches: Sequence[int]) -> Select[Staff]:
    """Who may be given cases that all concern one of these branches: officers, the department, people there."""
    anywhere = Staff.role.in_(("complaint_officer", "crm"))
    there = Staff.role.in_(("head", "manager")) & Staff.branch_id.in_(branches)
    return select(Staff).where(Staff.active, anywhere | there).order_by(Staff.role, Staff.name, Staff.id)


def conditions(filters: Filters, asker: Asker) -> list[ColumnElement[bool]]:
    """What a case must meet to be shown; a whole case number is that case, whatever else was chosen."""
    typed = filters.text.strip()
    if _NUMBER.fullmatch(typed.upper()):
        return [Case.number == typed.upper(), Case.kind.in_(LISTENED)]
    found = _of_kind(filters.kind)
    if filters.state not in BEYOND_OPEN or filters.clock or filters.waiting:
        found.append(IS_OPEN)
    if filters.state not in ("all", "open"):
        found.append(Case.state == filters.state)
    if filters.clock:
        found.append(due(filters.clock, asker))
    if filters.waiting:
        found.append(waiting(filters.waiting, asker))
    if filters.whose:
        found.append(_whose(filters.whose, asker.scope))
    if typed:
        found.append(says(Case.id, typed))
    return found + _classes(filters) + _periods(filters)


def _of_kind(kind: str) -> list[ColumnElement[bool]]:
    return [Case.kind.in_(LISTENED)] if kind == "all" else [Case.kind == kind]


def _whose(whose: str, scope: Scope) -> ColumnElement[bool]:
    if whose == "mine":
        return Case.handler_id == scope.staff_id
    if whose == "unassigned":
        return Case.handler_id.is_(None)
    if whose == "registered":
        return Case.first_owner_id == scope.staff_id
    if scope.branch_id is not None:
        return or_(Case.branch_id == scope.branch_id, Case.about_branch_id == scope.branch_id)
    colleagues = select(Staff.id).where(Staff.role == scope.role, Staff.branch_id.is_(None))
    return Case.handler_id.in_(colleagues)


def _classes(filters: Filters) -> list[ColumnElement[bool]]:
    asked = ((Case.channel, filters.channel), (Case.business, filters.business), (Case.reason, filters.reason))
    found: list[ColumnElement[bool]] = [column == code for column, code in asked if code]
    if filters.cause:
        found.append(Case.root_cause.is_(None) if filters.cause == NONE else Case.root_cause == filters.cause)
    if filters.product == NONE:
        found.append(Case.product_id.is_(None))
    elif filters.product:
        found.append(Case.product_id.in_(select(Product.id).where(Product.code == filters.product)))
    if filters.branch_id is not None:
        about = and_(Case.branch_id.is_(None), Case.about_branch_id == filters.branch_id)
        found.append(or_(Case.branch_id == filters.branch_id, about))
    return found


def _periods(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, first, last in (
        (Case.received_at, filters.received_from, filters.received_to),
        (Case.closed_at, filters.closed_from, filters.closed_to),
    ):
        found += [column >= day_start(first)] if first else []
        found += [column < day_end(last)] if last else []
    if filters.days is not None:
        taken = bank_days_between(Case.received_at, Case.closed_at)
        found.append(taken >= LONGEST_DAYS if filters.days >= LONGEST_DAYS else taken == filters.days)
    return found
