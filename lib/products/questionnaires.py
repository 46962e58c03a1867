"""Whose questionnaire has expired or soon will, among those who hold wealth products; and how many were answered."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select

from lib.products.stock import held_after, rank_of
from lib.settings import day_end, day_start
from lib.store.models import CapacityTest, Customer, Holding, Product, Staff


def ending(on: date, until: date) -> Select:
    """Persons holding a product with a risk level whose questionnaire ends by a day or who have none, the oldest first.

    number, name, risk_capacity, risk_capacity_until, manager.
    """
    c, h, p = Customer, Holding, Product
    holds = (
        select(h.customer_id)
        .join(p, p.id == h.product_id)
        .where(h.customer_id == c.customer_id, rank_of(p.risk_level) > 0, held_after(on + timedelta(days=1)))
        .exists()
    )
    return (
        select(c.number, c.name, c.risk_capacity, c.risk_capacity_until, c.tier, Staff.name.label("manager"))
        .outerjoin(Staff, Staff.id == c.manager_id)
        .where(c.kind == "personal", c.stage == "customer", c.merged_into_id.is_(None), holds,
               or_(c.risk_capacity_until.is_(None), c.risk_capacity_until <= until))
        .order_by(c.risk_capacity_until.is_not(None), c.risk_capacity_until, c.customer_id)
    )  # fmt: skip


def by_level(since: date, until: date) -> Select:
    """Questionnaires answered from one day to another within reach, and persons, by level."""
    t = CapacityTest
    within = (t.answered_at >= day_start(since), t.answered_at < day_end(until))
    persons = func.count(t.customer_id.distinct())
    return select(t.level, func.count().label("tests"), persons.label("persons")).where(*within).group_by(t.level)
