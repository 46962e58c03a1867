"""What stands on the list of 今日工作: whose, near enough, not asleep; as conditions that every read of it shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, union_all

from lib.care import ranking
from lib.care.ranking import Order
from lib.rulebook import Rulebook
from lib.store.models import Case, Customer, DueItem
from lib.store.scope import Scope
from lib.work.due import PROACTIVE

ENDED = ("closed", "withdrawn")
#: what a list may be narrowed to, beside the groups of the ranking
WHEN = ("overdue", "today", "later")
#: what is done at the desk and not with the customer
AT_THE_DESK = ("duplicate",)


@dataclass(frozen=True)
class Wanted:
    """Whose work: one person's, or with `staff_id` None everybody's within reach (0: what is nobody's), of one branch
    where one is named; and of it one group of the ranking, one kind of customer, or only what is overdue or due
    today."""

    staff_id: int | None
    group: str = ""
    kind: str = ""
    when: str = ""
    branch_id: int | None = None


@dataclass(frozen=True)
class Asked:
    """Who asks, when, and by which rules."""

    scope: Scope
    order: Order
    ahead: dict[str, int]

    @property
    def on(self) -> date:
        """The business day."""
        return self.order.on


def asked(scope: Scope, book: Rulebook, on: date, now: datetime) -> Asked:
    """The question of a person at a moment."""
    # A call after an event is listed from the day it is planned, unless the bank's rule says a number of its own.
    ahead = {"event": book.value("event.follow_up_days", on), **book.value("today.ahead_days", on)}
    return Asked(scope, ranking.order_of(book, on, now), ahead)


def parts(of: Asked, wanted: Wanted, *, placed: bool = True) -> Any:
    """Everything that stands on the list, a row each: customer_id, due_on, and (`placed`) key, its place."""
    found = (_items(of, wanted, placed), _cases(of, wanted, placed))
    return union_all(*found).subquery("parts")


def _items(of: Asked, wanted: Wanted, placed: bool) -> Any:
    item = DueItem
    return (
        select(item.customer_id, item.due_on, *([ranking.item_key(of.order).label("key")] if placed else []))
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(*items(of, wanted))
    )


def _cases(of: Asked, wanted: Wanted, placed: bool) -> Any:
    c = Case
    return (
        select(
            c.customer_id,
            ranking.case_day().label("due_on"),
            *([ranking.case_key(of.order).label("key")] if placed else []),
        )
        .join(Customer, Customer.customer_id == c.customer_id)
        .where(*cases(of, wanted))
    )


def items(of: Asked, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Open, not asleep, near enough; nothing of the bank's own accord for who asked to be left alone."""
    item = DueItem
    found = [
        item.state == "open",
        or_(item.snoozed_until.is_(None), item.snoozed_until <= of.on),
        soon(of),
        or_(Customer.do_not_contact.is_(False), item.kind.not_in(PROACTIVE)),
        item.kind.not_in(AT_THE_DESK),
        *whose(wanted),
    ]
    if wanted.group:
        found.append(_of_group(of, wanted.group))
    return found + _narrowed(of, wanted, item.due_on)


def _of_group(of: Asked, group: str) -> ColumnElement[bool]:
    """The items `ranking.group_of` puts into a group."""
    item, promises = DueItem, ranking.KINDS["promise"]
    if group == "other":
        return item.kind.not_in([kind for kinds in ranking.KINDS.values() for kind in kinds])
    if group in ("promise", "promise_overdue"):
        late = item.due_on < of.on
        return and_(item.kind.in_(promises), late if group == "promise_overdue" else ~late)
    return item.kind.in_(ranking.KINDS.get(group, ()))


def whose(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Whose items, in the words of their index."""
    item, found = DueItem, []
    if wanted.staff_id is not None:
        found.append(item.owner_id == wanted.staff_id if wanted.staff_id else item.owner_id.is_(None))
    if wanted.branch_id is not None:
        found.append(item.branch_id == wanted.branch_id)
    return found


def cases(of: Asked, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Cases somebody holds whose clock comes near; a churn case until the customer was spoken with."""
    c = Case
    until = of.on + timedelta(days=of.ahead["case"])
    clock = ranking.case_day()
    standing = or_(c.promise_met_at.is_(None) & c.promise_due_at.is_not(None),
                   c.answered_at.is_(None) & c.legal_due_at.is_not(None),
                   and_(c.kind == "churn", c.state == "received"))  # fmt: skip
    found = [c.state.not_in(ENDED), standing, clock <= until]
    if wanted.staff_id is not None:
        found.append(c.handler_id == wanted.staff_id if wanted.staff_id else c.handler_id.is_(None))
    if wanted.branch_id is not None:
        found.append(c.branch_id == wanted.branch_id)
    if wanted.group:
        late = and_(c.kind != "churn", c.promise_met_at.is_(None), c.promise_due_at < of.order.now)
        groups = {"churn": c.kind == "churn", "promise_overdue": late,
                  "answer_due": and_(c.kind != "churn", or_(c.promise_met_at.is_not(None),
                                                            c.promise_due_at.is_(None),
                                                            c.promise_due_at >= of.order.now))}  # fmt: skip
        found.append(groups.get(wanted.group, literal(False)))
    return found + _narrowed(of, wanted, clock)


def _narrowed(of: Asked, wanted: Wanted, due: Any) -> list[ColumnElement[bool]]:
    found = [Customer.kind == wanted.kind] if wanted.kind else []
    whens = {"overdue": due < of.on, "today": due == of.on, "later": due > of.on}
    return found + ([whens[wanted.when]] if wanted.when else [])


def soon(of: Asked) -> ColumnElement[bool]:
    """Near enough to be listed, by rule today.ahead_days of the kind."""
    item = DueItem
    days: dict[int, list[str]] = {}
    for kind, ahead in of.ahead.items():
        days.setdefault(ahead, []).append(kind)
    known = [and_(item.kind.in_(kinds), item.due_on <= of.on + timedelta(days=ahead))
             for ahead, kinds in sorted(days.items())]  # fmt: skip
    return or_(*known, and_(item.kind.not_in(list(of.ahead)), item.due_on <= of.on))
