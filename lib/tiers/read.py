"""Reading tiers from the stored facts of a quarter: profiles, movements, and the customers behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from lib.store.models import Branch, Customer, CustomerQuarter, MigrationQuarter, ProfileQuarter, Staff
from lib.store.quarter import Quarter

#: profile dimension → the kinds of customers it says something about
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "age_band": ("personal",),
    "industry": ("corporate",),
    "size_class": ("corporate",),
    "channel": ("personal", "corporate"),
}
#: before: was no customer; now: is none any more
NONE = "none"
_q = CustomerQuarter


@dataclass(frozen=True)
class Facts:
    """Which stored facts: a published quarter, the level that answers, and the part of the bank looked at.

    `level` is what `lib.kpi.level_of` says; `branch_id` and `staff_id` are the owner at the quarter's end.
    """

    quarter: str
    version: int
    level: str
    kind: str
    branch_id: int | None = None
    staff_id: int | None = None


@dataclass(frozen=True)
class Group:
    """Some customers of a quarter: by tier, profile bucket, or movement; an empty word means any.

    `before` and `tier` are tiers a quarter ago and now (NONE: not a customer); `watch` asks for those on 降级观察.
    """

    tier: str = ""
    dimension: str = ""
    bucket: str = ""
    before: str = ""
    watch: bool = False


def profile(facts: Facts, dimension: str) -> Select:
    """Rows `bucket, tier, customers, aum_fen` (base currency) of one dimension of DIMENSIONS."""
    table = ProfileQuarter
    return (
        select(
            table.bucket,
            table.tier,
            func.sum(table.customers).label("customers"),
            func.sum(table.aum_fen).label("aum_fen"),
        )
        .where(*_at(table, facts), table.dimension == dimension)
        .group_by(table.bucket, table.tier)
    )


def by_branch(facts: Facts) -> Select:
    """Rows `branch_id, tier, customers, aum_fen` of facts at level branch or manager."""
    table = ProfileQuarter
    # Every customer has one preferred channel (or none), so that these buckets add up to all of them.
    return (
        select(
            table.branch_id,
            table.tier,
            func.sum(table.customers).label("customers"),
            func.sum(table.aum_fen).label("aum_fen"),
        )
        .where(*_at(table, facts), table.dimension == "channel")
        .group_by(table.branch_id, table.tier)
    )


def movements(facts: Facts, since: str = "") -> Select:
    """Rows `before, tier, watch, customers, aum_fen` between an earlier quarter (empty: the one before) and this one
    (方案 §2.2)."""
    table = MigrationQuarter
    earlier = since or str(Quarter.parse(facts.quarter).shift(-1))
    return (
        select(
            table.tier_before.label("before"),
            table.tier,
            table.watch,
            func.sum(table.customers).label("customers"),
            func.sum(table.aum_fen).label("aum_fen"),
        )
        .where(*_at(table, facts), table.since == earlier)
        .group_by(table.tier_before, table.tier, table.watch)
    )


def people(facts: Facts, group: Group) -> Select:
    """The customers of a group that the reader reaches now, largest AUM first; names of the owners of now.

    Counts are by the owner at the quarter's end, people by the owner now, so that a list may be shorter than its
    figure: the rest is looked after by others now.
    """
    columns = (
        Customer.number, Customer.name, _q.tier, _q.tier_before, _q.watch, _q.aum_fen, _q.opening_aum_fen,
        Branch.name.label("branch"), Staff.name.label("manager"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Customer, Customer.customer_id == _q.customer_id)
        .outerjoin(Branch, Branch.id == Customer.branch_id)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
        .where(*_of_quarter(facts), *_in_group(group))
        .order_by(_q.aum_fen.desc(), _q.customer_id.desc())
    )


def _at(table: Any, facts: Facts) -> list[ColumnElement[bool]]:
    found = [
        table.quarter == facts.quarter, table.version == facts.version, table.level == facts.level,
        table.kind == facts.kind,
    ]  # fmt: skip
    if facts.branch_id is not None:
        found.append(table.branch_id == facts.branch_id)
    if facts.staff_id is not None:
        found.append(table.staff_id == facts.staff_id)
    return found


def _of_quarter(facts: Facts) -> list[ColumnElement[bool]]:
    found = [_q.quarter == facts.quarter, _q.version == facts.version, _q.kind == facts.kind]
    if facts.branch_id is not None:
        found.append(_q.branch_id == facts.branch_id)
    if facts.staff_id is not None:
        found.append(_q.manager_id == facts.staff_id)
    return found


def _in_group(group: Group) -> list[ColumnElement[bool]]:
    """As the stored sums count them: who left counts in movements only."""
    found: list[ColumnElement[bool]] = [_q.closed == (1 if group.tier == NONE else 0)]
    if group.tier and group.tier != NONE:
        found.append(_q.tier == group.tier)
    if group.dimension in DIMENSIONS:
        found.append(getattr(_q, group.dimension) == group.bucket)
    if group.before == NONE:
        found.append(_q.tier_before.is_(None))
    elif group.before:
        found.append(_q.tier_before == group.before)
    if group.watch:
        found.append(_q.watch > 0)
    return found
