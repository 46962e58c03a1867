"""今日工作: the people to be contacted now, one line a person, in the stated order; and how the work is spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, literal, or_, select, union_all

from lib.care import ranking
from lib.care.ranking import Order
from lib.rulebook import Rulebook
from lib.store.functions import as_flag
from lib.store.models import Case, Contact, Customer, DueItem
from lib.store.scope import Scope
from lib.work.contacts import REACHED
from lib.work.due import PROACTIVE

ENDED = ("closed", "withdrawn")
#: what a list may be narrowed to, beside the groups of the ranking
WHEN = ("overdue", "today", "later")


@dataclass(frozen=True)
class Wanted:
    """Whose work: one person's, or with `staff_id` None everybody's within reach (0: what is nobody's); and of it
    one group of the ranking, one kind of customer, or only what is overdue or due today."""

    staff_id: int | None
    group: str = ""
    kind: str = ""
    when: str = ""


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
    return Asked(scope, ranking.order_of(book, on, now), book.value("today.ahead_days", on))


def people(of: Asked, wanted: Wanted) -> Select:
    """One row a customer, first who comes first: customer_id, best (the key), things (how many), first_due."""
    parts = union_all(_items(of, wanted), _cases(of, wanted)).subquery("parts")
    best, things = func.min(parts.c.key).label("best"), func.count().label("things")
    first = func.min(parts.c.due_on).label("first_due")
    return select(parts.c.customer_id, best, things, first).group_by(parts.c.customer_id).order_by(
        best, parts.c.customer_id)  # fmt: skip


def items_of(of: Asked, wanted: Wanted, ids: Sequence[int]) -> Select[DueItem]:
    """What of these customers stands on the list, the earliest first."""
    item = DueItem
    return (
        select(item).join(Customer, Customer.customer_id == item.customer_id)
        .where(item.customer_id.in_(ids), *_listed(of, wanted))
        .order_by(item.customer_id, item.due_on, item.id)
    )  # fmt: skip


def cases_of(of: Asked, wanted: Wanted, ids: Sequence[int]) -> Select[Case]:
    """Their open cases that stand on the list."""
    return (
        select(Case).where(Case.customer_id.in_(ids), *_open(of, wanted)).order_by(Case.customer_id, Case.received_at,
                                                                                  Case.id)
    )  # fmt: skip


def last_talks(ids: Sequence[int]) -> Select:
    """The last conversation that reached each of these customers: customer_id, happened_at, channel, purpose,
    next_step."""
    c = Contact
    place = func.row_number().over(partition_by=c.customer_id, order_by=(c.happened_at.desc(), c.id.desc()))
    ranked = (
        select(c.customer_id, c.id, place.label("place")).where(c.customer_id.in_(ids), c.outcome.in_(REACHED))
        .subquery("ranked")
    )  # fmt: skip
    return (
        select(c.customer_id, c.happened_at, c.channel, c.purpose, c.next_step)
        .join(ranked, and_(ranked.c.customer_id == c.customer_id, ranked.c.id == c.id))
        .where(ranked.c.place == 1)
    )


def load(of: Asked) -> Select:
    """The spread of open work by owner: owner_id, things, people, overdue, due_today, snoozed, value_fen."""
    item, on = DueItem, of.on
    today_, late = item.due_on == on, item.due_on < on
    asleep = item.snoozed_until > on
    churn = case((item.kind == "churn", item.value_fen), else_=0)
    return (
        select(
            item.owner_id, func.count().label("things"),
            func.count(item.customer_id.distinct()).label("people"),
            *(cast(func.sum(as_flag(when)), BigInteger).label(name)
              for name, when in (("overdue", late), ("due_today", today_), ("snoozed", asleep))),
            cast(func.coalesce(func.sum(churn), 0), BigInteger).label("value_fen"),
        )
        .where(item.state == "open", item.customer_id != 0, soon(of))
        .group_by(item.owner_id)
    )  # fmt: skip


def counts(of: Asked, wanted: Wanted) -> Select:
    """One row over the whole list: people, overdue, due_today, things."""
    parts = union_all(_items(of, wanted), _cases(of, wanted)).subquery("parts")
    late = func.count(case((parts.c.due_on < of.on, parts.c.customer_id)).distinct())
    today_ = func.count(case((parts.c.due_on == of.on, parts.c.customer_id)).distinct())
    return select(func.count(parts.c.customer_id.distinct()).label("people"), late.label("overdue"),
                  today_.label("due_today"), func.count().label("things"))  # fmt: skip


def by_group(of: Asked, wanted: Wanted) -> Select:
    """How many people stand in each group: place (as in the order), people."""
    parts = union_all(_items(of, wanted), _cases(of, wanted)).subquery("parts")
    place = (parts.c.key // literal(10**12, BigInteger)).label("place")
    grouped = select(place, parts.c.customer_id).subquery("grouped")
    return select(grouped.c.place, func.count(grouped.c.customer_id.distinct()).label("people")).group_by(
        grouped.c.place)  # fmt: skip


def _items(of: Asked, wanted: Wanted) -> Any:
    item = DueItem
    return (
        select(item.customer_id, ranking.item_key(of.order).label("key"), item.due_on)
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(*_listed(of, wanted))
    )


def _cases(of: Asked, wanted: Wanted) -> Any:
    c = Case
    return (
        select(c.customer_id, ranking.case_key(of.order).label("key"), ranking.case_day().label("due_on"))
        .join(Customer, Customer.customer_id == c.customer_id)
        .where(*_open(of, wanted))
    )


def _listed(of: Asked, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Open, not asleep, near enough; nothing of the bank's own accord for who asked to be left alone."""
    item = DueItem
    found = [
        item.state == "open",
        or_(item.snoozed_until.is_(None), item.snoozed_until <= of.on),
        soon(of),
        or_(Customer.do_not_contact.is_(False), item.kind.not_in(PROACTIVE)),
    ]
    if wanted.staff_id is not None:
        found.append(item.owner_id == wanted.staff_id if wanted.staff_id else item.owner_id.is_(None))
    if wanted.group:
        found.append(_in_group(wanted.group, of.on))
    return found + _narrowed(of, wanted, item.due_on)


def _in_group(group: str, on: date) -> ColumnElement[bool]:
    """The items of a group of the ranking; a promise is in one of two by its day."""
    item, promises = DueItem, ranking.KINDS["promise"]
    if group == "promise_overdue":
        return and_(item.kind.in_(promises), item.due_on < on)
    if group == "promise":
        return and_(item.kind.in_(promises), item.due_on >= on)
    if group == "other":
        return item.kind.not_in([kind for kinds in ranking.KINDS.values() for kind in kinds])
    return item.kind.in_(ranking.KINDS.get(group, ()))


def _open(of: Asked, wanted: Wanted) -> list[ColumnElement[bool]]:
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
