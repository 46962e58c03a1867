"""Rows the tests of advice share: products of each level, a tested customer, complete answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from lib.settings import today
from lib.store import models as m
from lib.store.bulk import bulk
from tests.cast import OWN, filled

#: code → (id, level, kind, ages)
PRODUCTS: dict[str, tuple[int, str | None, str | None, int | None, int | None]] = {
    **{f"W{n}": (100 + n, f"R{n}", None, None, None) for n in range(1, 6)},
    "CARD": (110, None, "personal", None, None),
    "YOUNG": (111, None, "personal", 16, 30),
    "OLD": (112, "R1", "personal", 60, None),
    "FIRMS": (113, None, "corporate", None, None),
}
#: answers that give C4 (79 points), and that cap it at C1
C4 = {"own_age": "b", "family_income": "c", "invested_share": "c", "own_debt": "a", "knowledge": "c",
      "experience": "c", "horizon": "c", "purpose": "c", "attitude": "c", "loss": "c"}  # fmt: skip
C1 = C4 | {"loss": "a"}


def products() -> None:
    """Put the products into the small bank, and take away what of advice stands in it by rule."""
    with bulk("test") as session:
        for table in (m.Recommendation, m.CapacityTest, m.Message, m.LifeEvent, m.Holding, m.Account):
            session.execute(delete(table))
        for code, (number, level, kind, since, below) in PRODUCTS.items():
            category = "card" if level is None else "wealth"
            session.add(m.Product(id=number, code=code, name=code, category=category, risk_level=level, currency="CNY",
                                  customer_kind=kind, age_from=since, age_below=below))  # fmt: skip


def given(customer_id: int = OWN, **values: Any) -> None:
    with bulk("test") as session:
        session.rows(update(m.Customer).where(m.Customer.customer_id == customer_id).values(**values))


def answered(capacity: str | None = "C3", days: int = 100, customer_id: int = OWN) -> None:
    """A capacity that holds for so many days more, and the birth date of somebody over forty-five."""
    until = today() + timedelta(days=days) if capacity else None
    given(customer_id, risk_capacity=capacity, risk_capacity_until=until, birth_date=date(1980, 5, 1))


def stored(customer_id: int = OWN) -> m.Customer:
    with bulk("look", write=False) as session:
        return session.get_one(m.Customer, customer_id)


def rows_of(table: Any, customer_id: int = OWN) -> list[Any]:
    with bulk("look", write=False) as session:
        return list(session.scalars(select(table).where(table.customer_id == customer_id).order_by(table.id)))


def holds(code: str, customer_id: int = OWN, **more: Any) -> None:
    values = {"category": "wealth", "amount_fen": 100_000, "started_on": date(2026, 1, 5), "currency": "CNY"} | more
    with bulk("test") as session:
        number = 10_000 * customer_id + PRODUCTS[code][0]
        session.add(filled(m.Holding, customer_id=customer_id, id=number, product_id=PRODUCTS[code][0], **values))
