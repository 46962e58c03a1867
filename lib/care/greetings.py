"""What care is due in the coming weeks: birthdays by either calendar, and the due items of care (制度 §五)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, and_, cast, func, or_, select

from lib.rulebook import Rulebook
from lib.store.models import Customer, DueItem, Product, Staff
from lib.work import festivals
from lib.work.birthdays import falls_on, kept_within

#: the kinds of due item care is made of, in the order they are shown
KINDS = ("birthday", "festival", "milestone", "life_event", "maturity")
AHEAD = 30


def birthdays(on: date, ahead: int = AHEAD) -> Select:
    """Customers whose birthday is kept within so many days, the next first; `item` is the open due item for it."""
    c, item = Customer, DueItem
    day = falls_on(on, ahead).label("day")
    due = and_(item.customer_id == c.customer_id, item.kind == "birthday", item.state == "open", item.about_on >= on)
    return (
        select(
            c.customer_id, c.number, c.name, c.tier, c.birth_date, c.lunar_birthday, c.preferred_channel,
            c.do_not_contact, Staff.name.label("manager"), day, item.id.label("item"), item.owner_id,
        )
        .select_from(c).outerjoin(item, due).outerjoin(Staff, Staff.id == c.manager_id)
        .where(*_living(), c.kind == "personal", kept_within(on, ahead))
        .order_by(day, c.customer_id)
    )  # fmt: skip


def _living() -> tuple[Any, ...]:
    return Customer.stage == "customer", Customer.merged_into_id.is_(None)


def items(kind: str, on: date, ahead: int = AHEAD) -> Select:
    """Open due items of a kind of care due within so many days, the earliest first, with their customers."""
    item, c = DueItem, Customer
    return (
        select(item.customer_id, item.id, item.kind, item.about, item.about_on, item.due_on, item.product_id,
               item.value_fen, item.owner_id, c.number, c.name, c.tier, c.preferred_channel, c.do_not_contact,
               Staff.name.label("manager"), Product.name.label("product"))
        .join(c, c.customer_id == item.customer_id).outerjoin(Staff, Staff.id == item.owner_id)
        .outerjoin(Product, Product.id == item.product_id)
        .where(item.kind == kind, item.state == "open", item.due_on <= on + timedelta(days=ahead))
        .order_by(item.due_on, item.customer_id, item.id)
    )  # fmt: skip


def waiting(on: date, ahead: int = AHEAD) -> Select:
    """How many due items of each kind of care stand open: kind, things."""
    item = DueItem
    things = cast(func.count(), BigInteger).label("things")
    soon = (item.kind.in_(KINDS), item.state == "open", item.due_on <= on + timedelta(days=ahead))
    return select(item.kind, things).where(*soon).group_by(item.kind)


def in_person(occasion: str, book: Rulebook, on: date) -> Sequence[str]:
    """The tiers whose manager greets in person on a birthday or a festival (rules care.birthday, care.festival)."""
    found: Sequence[str] = book.value(f"care.{occasion}", on)["tiers"]
    return found


def greeted_by_message(tiers: Sequence[str]) -> Any:
    """Customers of none of these tiers."""
    return or_(Customer.tier.is_(None), Customer.tier.not_in(list(tiers)))


def coming_festivals(book: Rulebook, on: date, ahead: int = 60) -> list[tuple[str, date]]:
    """The festivals of the coming days, the next first."""
    return festivals.between(book, on, on + timedelta(days=ahead))
