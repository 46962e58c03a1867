"""Enquiries and breakpoints as read: the list by real time left, who owns it, and what stands unanswered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from lib.enquiries.rules import KINDS
from lib.settings import day_end
from lib.store.base import UtcDateTime
from lib.store.functions import as_flag
from lib.store.models import Case, Staff
from lib.store.scope import Scope
from lib.store.search import says
from lib.work.moves import ENDED

#: states of `Wanted` that do not stop at the open ones
BEYOND_OPEN = ("all", *ENDED)
_NEVER = literal(datetime(9999, 12, 31, tzinfo=UTC), UtcDateTime())
_RUNS = and_(Case.state.not_in(ENDED), Case.promise_met_at.is_(None), Case.promise_due_at.is_not(None))
#: when the running clock ends; a day no clock sees where none runs
NEXT_DUE: ColumnElement[datetime] = case((_RUNS, Case.promise_due_at), else_=_NEVER)


@dataclass(frozen=True)
class Asker:
    """Who looks, and when."""

    scope: Scope
    now: datetime
    today: date


@dataclass(frozen=True)
class Wanted:
    """What the list shows; an empty value means any.

    state: a state, open or all; clock: overdue | today; whose: mine (handled) | first (asked first) | handed (over, by
    whoever was asked first) | unit (of my branch); what: an outcome, or the step of the service that broke.
    """

    kind: str
    state: str = "open"
    clock: str = ""
    whose: str = ""
    what: str = ""
    text: str = ""


def listed(wanted: Wanted, asker: Asker) -> Select:
    """The cases of a kind with who owns them, the most urgest first; ended ones the latest first."""
    handler, first = aliased(Staff), aliased(Staff)
    query = (
        select(
            Case.number, Case.customer_id, Case.complainant, Case.state, Case.business, Case.channel, Case.reason,
            Case.summary, Case.outcome, Case.received_at, Case.promise_due_at, Case.promise_met_at, Case.closed_at,
            Case.branch_id, Case.about_branch_id, handler.name.label("handler"), first.name.label("first_owner"),
        )
        .outerjoin(handler, handler.id == Case.handler_id)
        .outerjoin(first, first.id == Case.first_owner_id)
        .where(*conditions(wanted, asker))
    )  # fmt: skip
    if wanted.state in BEYOND_OPEN:
        return query.order_by(Case.received_at.desc(), Case.id.desc())
    return query.order_by(NEXT_DUE, Case.received_at, Case.id)


def standing(kind: str, asker: Asker) -> Select:
    """One row over the open cases of a kind in scope: open, due_today, overdue, mine, handed over."""
    counted = {
        "due_today": due("today", asker), "overdue": due("overdue", asker),
        "mine": Case.handler_id == asker.scope.staff_id, "handed": Case.handler_id != Case.first_owner_id,
    }  # fmt: skip
    sums = [func.coalesce(func.sum(as_flag(what)), 0).label(name) for name, what in counted.items()]
    return select(func.count().label("open"), *sums).where(Case.kind == kind, Case.state.not_in(ENDED))


def held_by(staff_id: int) -> Select[Case]:
    """The open enquiries and breakpoints a person handles, those with the least time left first."""
    return (
        select(Case)
        .where(Case.kind.in_(KINDS), Case.handler_id == staff_id, Case.state.not_in(ENDED))
        .order_by(NEXT_DUE, Case.received_at, Case.id)
    )


def due(clock: str, asker: Asker) -> ColumnElement[bool]:
    """Running clocks that are `overdue`, or end `today` and are not."""
    if clock == "overdue":
        return and_(_RUNS, Case.promise_due_at < asker.now)
    return and_(_RUNS, Case.promise_due_at.between(asker.now, day_end(asker.today)))


def conditions(wanted: Wanted, asker: Asker) -> list[ColumnElement[bool]]:
    """What a case must meet to be listed; a whole case number is that case, whatever else was chosen."""
    typed = wanted.text.strip()
    if typed and typed.upper()[1:2].isdigit() and "-" in typed:
        return [Case.kind == wanted.kind, Case.number == typed.upper()]
    found: list[ColumnElement[bool]] = [Case.kind == wanted.kind]
    if wanted.state not in BEYOND_OPEN or wanted.clock:
        found.append(Case.state.not_in(ENDED))
    if wanted.state not in ("all", "open"):
        found.append(Case.state == wanted.state)
    if wanted.clock:
        found.append(due(wanted.clock, asker))
    if wanted.whose:
        found.append(_whose(wanted.whose, asker.scope))
    if wanted.what:
        found.append(or_(Case.outcome == wanted.what, Case.reason == wanted.what))
    return [*found, says(Case.id, typed)] if typed else found


def _whose(whose: str, scope: Scope) -> ColumnElement[bool]:
    if whose == "mine":
        return Case.handler_id == scope.staff_id
    if whose == "first":
        return Case.first_owner_id == scope.staff_id
    if whose == "handed":
        return Case.handler_id != Case.first_owner_id
    return or_(Case.branch_id == scope.branch_id, Case.about_branch_id == scope.branch_id)
