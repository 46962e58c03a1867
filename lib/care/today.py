"""今日工作: the people to be contacted now, one line a person, in the stated order; and how the work is spread."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Select, and_, case, cast, func, literal, select

from lib.care import listed
from lib.care.listed import AT_THE_DESK, Asked, Wanted, asked
from lib.settings import day_end, day_start
from lib.store.functions import as_flag
from lib.store.models import Case, Contact, Customer, DueItem, Product, Staff
from lib.work.contacts import REACHED

__all__ = ["Asked", "Wanted", "asked"]


def people(of: Asked, wanted: Wanted) -> Select:
    """One row a customer, first who comes first: customer_id, best (the key), things (how many), first_due."""
    parts = listed.parts(of, wanted)
    best, things = func.min(parts.c.key).label("best"), func.count().label("things")
    first = func.min(parts.c.due_on).label("first_due")
    return select(parts.c.customer_id, best, things, first).group_by(parts.c.customer_id).order_by(
        best, parts.c.customer_id)  # fmt: skip


def items_of(of: Asked, wanted: Wanted, ids: Sequence[int]) -> Select:
    """What of these customers stands on the list, the earliest first: DueItem, the product it is about, and for a
    promise who gave it and when (promised_by, promised_at)."""
    item, said = DueItem, Contact
    return (
        select(item, Product.name.label("product"), Staff.name.label("promised_by"),
               said.happened_at.label("promised_at"))
        .join(Customer, Customer.customer_id == item.customer_id)
        .outerjoin(Product, Product.id == item.product_id)
        .outerjoin(said, and_(said.customer_id == item.customer_id, said.id == item.contact_id))
        .outerjoin(Staff, Staff.id == said.staff_id)
        .where(item.customer_id.in_(ids), *listed.items(of, wanted))
        .order_by(item.customer_id, item.due_on, item.id)
    )  # fmt: skip


def asleep(of: Asked, wanted: Wanted) -> Select:
    """What is put off to a later day, the next to wake first: DueItem with its customer's name and number."""
    item = DueItem
    return (
        select(item, Customer.name, Customer.number)
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(item.state == "open", item.snoozed_until > of.on, *listed.whose(wanted))
        .order_by(item.snoozed_until, item.customer_id, item.id)
    )


def at_the_desk(of: Asked, wanted: Wanted) -> Select:
    """What is to be done without speaking to the customer: DueItem with its customer's name and number."""
    item = DueItem
    return (
        select(item, Customer.name, Customer.number)
        .join(Customer, Customer.customer_id == item.customer_id)
        .where(item.state == "open", item.kind.in_(AT_THE_DESK), item.due_on <= of.on, *listed.whose(wanted))
        .order_by(item.due_on, item.customer_id, item.id)
    )


def talked_today(of: Asked, wanted: Wanted) -> Select:
    """How many conversations were logged on the day, tried ones included."""
    c = Contact
    found = select(func.count()).where(c.happened_at >= day_start(of.on), c.happened_at < day_end(of.on))
    if wanted.staff_id:
        return found.where(c.staff_id == wanted.staff_id)
    if wanted.branch_id is None:
        return found
    team = select(Staff.id).where(Staff.branch_id == wanted.branch_id)
    return found.where(c.staff_id.in_(team))


def cases_of(of: Asked, wanted: Wanted, ids: Sequence[int]) -> Select[Case]:
    """Their open cases that stand on the list."""
    return (
        select(Case).join(Customer, Customer.customer_id == Case.customer_id)
        .where(Case.customer_id.in_(ids), *listed.cases(of, wanted))
        .order_by(Case.customer_id, Case.received_at, Case.id)
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


def load(of: Asked, branch_id: int | None = None) -> Select:
    """The spread of open work by owner, of one branch where one is named: owner_id, things, people, overdue,
    due_today, snoozed, value_fen (what is at risk with the customers to be kept)."""
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
        .where(item.state == "open", item.customer_id != 0, item.kind.not_in(AT_THE_DESK), listed.soon(of),
               *listed.whose(Wanted(None, branch_id=branch_id)))
        .group_by(item.owner_id)
    )  # fmt: skip


def counts(of: Asked, wanted: Wanted) -> Select:
    """One row over the whole list: people, overdue, due_today, things."""
    parts = listed.parts(of, wanted, placed=False)
    late = func.count(case((parts.c.due_on < of.on, parts.c.customer_id)).distinct())
    today_ = func.count(case((parts.c.due_on == of.on, parts.c.customer_id)).distinct())
    return select(func.count(parts.c.customer_id.distinct()).label("people"), late.label("overdue"),
                  today_.label("due_today"), func.count().label("things"))  # fmt: skip


def by_group(of: Asked, wanted: Wanted) -> Select:
    """How many people stand in each group: place (as in the order), people."""
    parts = listed.parts(of, wanted)
    place = (parts.c.key // literal(10**12, BigInteger)).label("place")
    grouped = select(place, parts.c.customer_id).subquery("grouped")
    return select(grouped.c.place, func.count(grouped.c.customer_id.distinct()).label("people")).group_by(
        grouped.c.place)  # fmt: skip
