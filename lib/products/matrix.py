"""The matrix of the stock, capacity × risk level, from stored figures; and the customers behind a cell.

A mismatch is 需复核, never a violation. Source: 金融机构产品适当性管理办法.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, literal, select

from lib.products.stock import NONE, Tests, held_after, rank_of, senior_on
from lib.store.functions import to_base
from lib.store.models import Branch, Customer, Holding, Product, Staff, SuitabilityQuarter

#: rows of the matrix in their order: capacity, and who has none
CAPACITIES = ("C1", "C2", "C3", "C4", "C5", NONE)
LEVELS = ("R1", "R2", "R3", "R4", "R5")
#: by each customer's riskiest holding, so that a customer counts once: T1-T5
RISKIEST = ("T1", "T2", "T3", "T4", "T5")
STATES = ("fitting", "review", "expired", "untested")
SENIOR_FROM = 3  # the level from which holders of the age of rule suitability.senior_from are told apart


@dataclass(frozen=True)
class Cell:
    """Holders of one level with one capacity: `level` R1-R5 by holding, T1-T5 by their riskiest one."""

    capacity: str
    valid: bool
    senior: bool
    level: str
    customers: int
    amount_fen: int

    @property
    def state(self) -> str:
        """fitting | review | expired | untested."""
        return state_of(self.capacity, self.valid, self.level)


@dataclass(frozen=True)
class Place:
    """Which stored figures: a published quarter, the level that answers, and the part of the bank."""

    quarter: str
    version: int
    level: str
    kind: str = "personal"
    branch_id: int | None = None
    staff_id: int | None = None


@dataclass(frozen=True)
class Behind:
    """Which holders to list: a state, a cell of the matrix, or the old with products of `senior` risk; "" is any."""

    state: str = ""
    capacity: str = ""
    level: str = ""
    senior: bool = False


def state_of(capacity: str, valid: bool, level: str) -> str:
    """How a risk level stands to a capacity: fitting, 需复核, expired questionnaire, or none at all."""
    if capacity not in CAPACITIES or capacity == NONE:
        return "untested"
    if not valid:
        return "expired"
    return "review" if int(level[1]) > int(capacity[1]) else "fitting"


def cells(place: Place) -> Select:
    """The figures of one place: capacity, valid, senior, risk_level, customers, amount_fen (base currency)."""
    t = SuitabilityQuarter
    keys = (t.capacity, t.valid, t.senior, t.risk_level)
    sums = (func.sum(t.customers).label("customers"), func.sum(t.amount_fen).label("amount_fen"))
    where = [t.quarter == place.quarter, t.version == place.version, t.level == place.level, t.kind == place.kind]
    where += [t.branch_id == place.branch_id] if place.branch_id is not None else []
    where += [t.staff_id == place.staff_id] if place.staff_id is not None else []
    return select(*keys, *sums).where(*where).group_by(*keys)


def people(kind: str, on: date, behind: Behind, age: int, rates: Mapping[str, int]) -> Select:
    """The customers behind figures of a quarter, each once, the largest amount first; owners as they are now.

    Amounts of what is behind the figure, in the base currency at `rates` (millionths); `top` is the riskiest level.
    """
    c, h, p = Customer, Holding, Product
    tests = Tests(on)
    rank, able = rank_of(p.risk_level), rank_of(tests.level)
    amount = case(*((h.currency == code, to_base(h.amount_fen, literal(micro, BigInteger)))
                    for code, micro in rates.items()), else_=h.amount_fen) if rates else h.amount_fen  # fmt: skip
    columns = (c.customer_id, c.number, c.name, c.tier, c.manager_id, c.branch_id, c.birth_date)
    held = (
        tests.join(select(*columns, tests.level.label("capacity"), tests.until.label("until"),
                          tests.valid.label("valid"), rank.label("rank"), amount.label("amount"))
                   .select_from(c).join(h, h.customer_id == c.customer_id).join(p, p.id == h.product_id))
        .where(c.kind == kind, c.stage == "customer", c.merged_into_id.is_(None), rank > 0,
               held_after(on + timedelta(days=1)), *_of(behind, tests, rank, able, on, age))
        .subquery("held")
    )  # fmt: skip
    r = held.c
    each = [getattr(r, column.key) for column in columns] + [r.capacity, r.until, r.valid]
    total = cast(func.sum(r.amount), BigInteger).label("amount_fen")
    grouped = select(*each, func.max(r.rank).label("top"), func.count().label("products"), total)
    found = grouped.group_by(*each).subquery("found")
    return (
        select(found, Branch.name.label("branch"), Staff.name.label("manager"))
        .outerjoin(Branch, Branch.id == found.c.branch_id)
        .outerjoin(Staff, Staff.id == found.c.manager_id)
        .order_by(found.c.amount_fen.desc(), found.c.customer_id)
    )


def _of(behind: Behind, tests: Tests, rank: Any, able: Any, on: date, age: int) -> list[Any]:
    states = {
        "untested": able == 0,
        "expired": and_(able > 0, tests.valid == 0),
        "review": and_(able > 0, tests.valid == 1, rank > able),
        "fitting": and_(able > 0, tests.valid == 1, rank <= able),
    }
    found = [states[behind.state]] if behind.state in states else []
    found += [tests.level == behind.capacity] if behind.capacity else []
    found += [rank == int(behind.level[1])] if behind.level in LEVELS else []
    found += [senior_on(on, age) == 1, rank >= SENIOR_FROM] if behind.senior else []
    return found
