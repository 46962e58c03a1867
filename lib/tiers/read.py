"""Reading tiers from the stored facts of a quarter: profiles, movements, and the customers behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from lib.store.models import Branch, Customer, CustomerQuarter, CustomerTag, MigrationQuarter, ProfileQuarter, Staff
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
    """Some customers of a quarter; an empty word means any, and conditions add up.

    By tier (`watch`: on 降级观察 or not; None: either), by a profile's bucket, by movement (`before` and `was_watch`:
    the tier of an earlier quarter; NONE: no customer; `since` names that quarter where it is not the one before, in
    the version `since_version`), by what the promise says (`uncovered`), by the years they opened in, by tags,
    by the owner then (`staff_id`), and the first `top` by AUM.
    """

    tier: str = ""
    dimension: str = ""
    bucket: str = ""
    before: str = ""
    watch: bool | None = None
    was_watch: bool | None = None
    since: str = ""
    since_version: int = 0
    uncovered: bool = False
    opened: tuple[int, int] | None = None
    tags: tuple[str, ...] = ()
    staff_id: int | None = None
    top: int = 0


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
        .where(*at(table, facts), table.dimension == dimension)
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
        .where(*at(table, facts), table.dimension == "channel")
        .group_by(table.branch_id, table.tier)
    )


def movements(facts: Facts, since: str = "", since_version: int | None = None) -> Select:
    """Rows `before, was_watch, tier, watch, customers, aum_fen` between an earlier quarter and this one (方案 §2.2).

    An empty `since` is the quarter before, as refresh stored it. Any other pair is good for the version of the
    earlier quarter it was computed from (lib/jobs/spans.py).
    """
    table = MigrationQuarter
    earlier = since or str(Quarter.parse(facts.quarter).shift(-1))
    keys = (table.tier_before, table.watch_before, table.tier, table.watch)
    query = (
        select(
            table.tier_before.label("before"),
            table.watch_before.label("was_watch"),
            table.tier,
            table.watch,
            func.sum(table.customers).label("customers"),
            func.sum(table.aum_fen).label("aum_fen"),
        )
        .where(*at(table, facts), table.since == earlier)
        .group_by(*keys)
    )
    return query if since_version is None else query.where(table.since_version == since_version)


def people(facts: Facts, group: Group) -> Select:
    """The customers of a group that the reader reaches now, largest AUM first; names of the owners of now.

    Counts are by the owner at the quarter's end, people by the owner now, so that a list may be shorter than its
    figure: the rest is looked after by others now.
    """
    return (
        named(_q.tier, _q.tier_before, _q.watch, _q.aum_fen, _q.opening_aum_fen, _q.contact_days)
        .where(*of_quarter(facts), *in_group(facts, group))
        .order_by(_q.aum_fen.desc(), _q.customer_id.desc())
    )


def named(*columns: Any, facts: Any = _q) -> Select:
    """Customers of quarter facts by name and number, with the branch and the manager of now."""
    return (
        select(Customer.number, Customer.name, *columns, Branch.name.label("branch"), Staff.name.label("manager"))
        .select_from(facts)
        .join(Customer, Customer.customer_id == facts.customer_id)
        .outerjoin(Branch, Branch.id == Customer.branch_id)
        .outerjoin(Staff, Staff.id == Customer.manager_id)
    )


def at(table: Any, facts: Facts) -> list[ColumnElement[bool]]:
    """The rows of stored sums that say it, at the level of the facts."""
    return [table.quarter == facts.quarter, table.version == facts.version, *place(table, facts)]


def place(table: Any, facts: Facts) -> list[ColumnElement[bool]]:
    """The level of stored sums, the kind and the part of the bank, of whatever quarter."""
    found = [table.level == facts.level, table.kind == facts.kind]
    if facts.branch_id is not None:
        found.append(table.branch_id == facts.branch_id)
    if facts.staff_id is not None:
        found.append(table.staff_id == facts.staff_id)
    return found


def of_quarter(facts: Facts, q: Any = _q) -> list[ColumnElement[bool]]:
    """The facts' quarter in customer_quarter (or an alias of it), of the owner at its end."""
    found = [q.quarter == facts.quarter, q.version == facts.version, q.kind == facts.kind]
    if facts.branch_id is not None:
        found.append(q.branch_id == facts.branch_id)
    if facts.staff_id is not None:
        found.append(q.manager_id == facts.staff_id)
    return found


def in_group(facts: Facts, group: Group) -> list[ColumnElement[bool]]:
    """As the stored sums count them: who left counts in movements only."""
    found: list[ColumnElement[bool]] = [_q.closed == (1 if group.tier == NONE else 0)]
    if group.tier and group.tier != NONE:
        found.append(_q.tier == group.tier)
    if group.dimension in DIMENSIONS:
        found.append(getattr(_q, group.dimension) == group.bucket)
    if group.staff_id is not None:
        found.append(_q.manager_id == group.staff_id)
    if group.uncovered:
        found.append(_q.covered == 0)
    if group.opened is not None:
        first, last = group.opened
        found += [_q.gone == 0, Customer.opened_on.between(date(first, 1, 1), date(last, 12, 31))]
    if group.top:
        found.append(_q.customer_id.in_(_first(facts, group.top)))
    return [*found, *_moved(group), *(_bears(tag) for tag in group.tags)]


def _moved(group: Group) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if group.before == NONE:
        found.append(_q.tier_before.is_(None))
    elif group.before:
        found.append(_q.tier_before == group.before)
    for column, asked in ((_q.watch, group.watch), (_q.watch_before, group.was_watch)):
        if asked is not None:
            found.append(column > 0 if asked else column == 0)
    return found


def _bears(tag: str) -> ColumnElement[bool]:
    t = CustomerTag
    return select(t.tag).where(t.customer_id == _q.customer_id, t.tag == tag, t.by_rule.is_(True)).exists()


def _first(facts: Facts, top: int) -> Select:
    """The largest by AUM, in the order in which the stored shares count them."""
    q = aliased(_q)
    chosen = select(q.customer_id).where(*of_quarter(facts, q), q.closed == 0)
    return chosen.order_by(q.aum_fen.desc(), q.customer_id).limit(top)
