"""Who a quarter's customers are: cohorts by opening year, concentration of AUM, tags and their overlaps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, String, and_, case, cast, extract, func, insert, literal, select
from sqlalchemy.orm import aliased

from lib.jobs.facts.rollups import roll_up
from lib.kpi.frame import Frame
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import as_flag

_q, _c = m.CustomerQuarter, m.Customer
_ZERO = literal(0, BigInteger)
_HEAD = ["quarter", "version", "level", "branch_id", "staff_id", "kind"]


def write_cohorts(session: BulkSession, frame: Frame) -> int:
    """By opening year: who opened then, and who of them is still there; of who left, by their last owner."""
    table = m.CohortQuarter
    year = cast(extract("year", _c.opened_on), Integer)
    branch, staff = func.coalesce(_q.branch_id, _c.branch_id, 0), func.coalesce(_q.manager_id, _c.manager_id, 0)
    there = and_(_q.customer_id.is_not(None), _q.closed == 0, _q.gone == 0)
    query = (
        select(
            *_version(frame), literal("manager", String), branch, staff, _c.kind, year, func.count(),
            _sum(as_flag(there)), _sum(case((there, _q.active), else_=0)), _sum(case((there, _q.aum_fen), else_=0)),
        )
        .outerjoin(_q, and_(_q.customer_id == _c.customer_id, *_of(frame)))
        .where(
            _c.stage.in_(("customer", "former")), _c.merged_into_id.is_(None), _c.opened_on <= frame.end,
        )
        .group_by(branch, staff, _c.kind, year)
    )  # fmt: skip
    sums = ["opened", "present", "active", "aum_fen"]
    return _write(session, frame, table, [table.opened_year], sums, query)


def write_concentration(session: BulkSession, frame: Frame) -> int:
    """What the first few percent of the customers hold, for managers, branches and the bank each by themselves."""
    levels: dict[str, tuple[Any, ...]] = {
        "bank": (),
        "branch": (_q.branch_id,),
        "manager": (_q.branch_id, _q.manager_id),
    }
    return sum(_concentration(session, frame, level, keys) for level, keys in levels.items())


def _concentration(session: BulkSession, frame: Frame, level: str, keys: tuple[Any, ...]) -> int:
    group = (*keys, _q.kind)
    # the customer's id breaks ties, so that every engine counts the same people
    place = func.row_number().over(partition_by=group, order_by=(_q.aum_fen.desc(), _q.customer_id)).label("place")
    size = func.count().over(partition_by=group).label("size")
    ranked = (
        select(_q.branch_id, _q.manager_id, _q.kind, _q.aum_fen, place, size)
        .where(*_of(frame), _q.closed == 0)
        .subquery("ranked")
    )
    r = ranked.c
    owner = (_ZERO if level == "bank" else r.branch_id, r.manager_id if level == "manager" else _ZERO)
    rows = 0
    for top in frame.rule("tier.top_percents"):
        first = r.place <= (r.size * top + 99) // 100
        query = (
            select(*_version(frame), literal(level, String), *owner, r.kind, literal(top, Integer), func.count(),
                   _sum(r.aum_fen))
            .where(first)
            .group_by(*(r[key.key] for key in keys), r.kind)
        )  # fmt: skip
        columns = [*_HEAD, "top", "customers", "aum_fen"]
        rows += session.rows(insert(m.ConcentrationQuarter).from_select(columns, query))
    return rows


def write_tag_sums(session: BulkSession, frame: Frame) -> int:
    """Customers with each tag by rule, and with each two of them."""
    table, one, other = m.TagQuarter, m.CustomerTag, aliased(m.CustomerTag)
    both = and_(other.customer_id == one.customer_id, other.by_rule.is_(True), other.tag != one.tag)
    query = (
        select(*_version(frame), literal("manager", String), _q.branch_id, _q.manager_id, _q.kind, _q.tier, one.tag)
        .join(_q, and_(_q.customer_id == one.customer_id, *_of(frame)))
        .where(one.by_rule.is_(True), _q.closed == 0)
    )
    groups = (_q.branch_id, _q.manager_id, _q.kind, _q.tier, one.tag)
    alone = query.add_columns(literal("", String), func.count(), _sum(_q.aum_fen)).group_by(*groups)
    pairs = query.join(other, both).add_columns(other.tag, func.count(), _sum(_q.aum_fen)).group_by(*groups, other.tag)
    columns = [*_HEAD, "tier", "tag", "other", "customers", "aum_fen"]
    rows = session.rows(insert(table).from_select(columns, alone))
    return rows + _write(session, frame, table, [table.tier, table.tag, table.other], ["customers", "aum_fen"], pairs)


def _write(session: BulkSession, frame: Frame, table: Any, by: list[Any], sums: list[str], query: Any) -> int:
    """Insert rows of level manager, and their sums for branches and the bank."""
    rows = session.rows(insert(table).from_select([*_HEAD, *(key.key for key in by), *sums], query))
    keys = [table.quarter, table.version, table.kind, *by]
    only = (table.quarter == frame.key, table.version == frame.version)
    rows += roll_up(session, table, only, "manager", "branch", keys, sums)
    return rows + roll_up(session, table, only, "branch", "bank", keys, sums)


def _of(frame: Frame) -> tuple[Any, ...]:
    return _q.quarter == frame.key, _q.version == frame.version


def _version(frame: Frame) -> tuple[Any, ...]:
    return literal(frame.key, String), literal(frame.version)


def _sum(column: Any) -> Any:
    return func.coalesce(cast(func.sum(column), BigInteger), 0)
