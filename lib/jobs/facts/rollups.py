"""Sums over the quarter's customers: measures, profiles and migrations, for managers, branches and the bank."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, case, cast, func, insert, literal, select, union_all

from lib.kpi.due import due_measures
from lib.kpi.frame import Frame
from lib.kpi.measures import branch_measures, case_measures, customer_measures, survey_measures
from lib.kpi.sales import sales_measures
from lib.store import models as m
from lib.store.bulk import BulkSession
from lib.store.functions import as_flag

_MEASURE = ["quarter", "version", "level", "measure", "branch_id", "staff_id", "kind", "tier", "value"]
_PROFILE = ["branch_id", "staff_id", "level", "quarter", "version", "dimension", "bucket", "kind", "tier"]
_MIGRATION = ["branch_id", "staff_id", "level", "quarter", "version", "since", "since_version", "kind", "tier_before",
              "watch_before", "tier", "watch"]  # fmt: skip
_ZERO = literal(0, BigInteger)
_q = m.CustomerQuarter


def write_measures(session: BulkSession, frame: Frame) -> int:
    """Every measure at level manager and handler, then the sums for branches and the bank."""
    table = m.MeasureQuarter
    rows = _insert(session, table, _MEASURE, customer_measures(frame))
    rows += _insert(session, table, _MEASURE, survey_measures(frame))
    rows += _insert(session, table, _MEASURE, due_measures(frame))
    rows += _insert(session, table, _MEASURE, sales_measures(frame))
    rows += _insert(session, table, _MEASURE, case_measures(frame, "manager"))
    rows += _insert(session, table, _MEASURE, case_measures(frame, "handler"))
    rows += _insert(session, table, _MEASURE, branch_measures(frame))
    keys = [table.quarter, table.version, table.measure, table.kind, table.tier]
    rows += _roll_up(session, frame, table, "manager", "branch", keys, ["value"])
    return rows + _roll_up(session, frame, table, "branch", "bank", keys, ["value"])


def write_profiles(session: BulkSession, frame: Frame) -> int:
    """Customers and AUM by age band, industry, size class and channel."""
    table = m.ProfileQuarter
    dimensions = {"age_band": _q.age_band, "industry": _q.industry, "size_class": _q.size_class, "channel": _q.channel}
    parts = [_profile(frame, name, column) for name, column in dimensions.items()]
    rows = _insert(session, table, [*_PROFILE, "customers", "aum_fen"], select(union_all(*parts).subquery()))
    keys = [table.quarter, table.version, table.dimension, table.bucket, table.kind, table.tier]
    rows += _roll_up(session, frame, table, "manager", "branch", keys, ["customers", "aum_fen"])
    return rows + _roll_up(session, frame, table, "branch", "bank", keys, ["customers", "aum_fen"])


def write_migrations(session: BulkSession, frame: Frame) -> int:
    """From which tier to which between the last quarter and this one; `none` before = opened since, after = left."""
    since = str(frame.quarter.shift(-1))
    # Each expression is made once: PostgreSQL does not know a parameter of SELECT again in GROUP BY.
    came_from = func.coalesce(_q.tier_before, "none")
    watched = as_flag(and_(_q.tier_before.is_not(None), _q.watch_before > 0))
    went_to = case((_q.closed == 1, "none"), else_=_q.tier)
    watching = as_flag(and_(_q.closed == 0, _q.watch > 0))
    groups = (_q.kind, came_from, watched, went_to, watching)
    left_with = case((_q.closed == 1, _q.opening_aum_fen), else_=_q.aum_fen)
    query = (
        select(
            _q.branch_id, _q.manager_id, literal("manager", String), *_version(frame), literal(since, String),
            literal(frame.previous_version or 0), *groups, func.count(), cast(func.sum(left_with), BigInteger),
        )
        .where(_q.quarter == frame.key, _q.version == frame.version)
        .group_by(_q.branch_id, _q.manager_id, *groups)
    )  # fmt: skip
    return add_migrations(session, query, frame.key, frame.version, since)


def add_migrations(session: BulkSession, query: Any, quarter: str, version: int, since: str) -> int:
    """Insert movements between two quarters at level manager, and their sums for branches and the bank."""
    return add_managers(session, query) + sum_up(session, quarter, version, since)


def add_managers(session: BulkSession, query: Any) -> int:
    """Insert movements between two quarters at level manager."""
    return _insert(session, m.MigrationQuarter, [*_MIGRATION, "customers", "aum_fen"], query)


def sum_up(session: BulkSession, quarter: str, version: int, since: str) -> int:
    """The sums for branches and the bank of movements that stand at level manager."""
    table = m.MigrationQuarter
    keys = [table.quarter, table.version, table.since, table.since_version, table.kind, table.tier_before,
            table.watch_before, table.tier, table.watch]  # fmt: skip
    only = (table.quarter == quarter, table.version == version, table.since == since)
    rows = roll_up(session, table, only, "manager", "branch", keys, ["customers", "aum_fen"])
    return rows + roll_up(session, table, only, "branch", "bank", keys, ["customers", "aum_fen"])


def _profile(frame: Frame, dimension: str, bucket: Any) -> Any:
    return (
        select(
            _q.branch_id,
            _q.manager_id,
            literal("manager", String),
            *_version(frame),
            literal(dimension, String),
            bucket,
            _q.kind,
            _q.tier,
            func.count(),
            cast(func.sum(_q.aum_fen), BigInteger),
        )
        .where(_q.quarter == frame.key, _q.version == frame.version, _q.closed == 0)
        .group_by(_q.branch_id, _q.manager_id, bucket, _q.kind, _q.tier)
    )


def _version(frame: Frame) -> tuple[ColumnElement[Any], ...]:
    return literal(frame.key, String), literal(frame.version)


def _insert(session: BulkSession, table: type[Any], columns: list[str], query: Any) -> int:
    return session.rows(insert(table).from_select(columns, query))


def _roll_up(session: BulkSession, frame: Frame, table: Any, of: str, to: str, keys: list[Any], sums: list[str]) -> int:
    """Sum the rows of one level of a quarter into the next."""
    return roll_up(session, table, (table.quarter == frame.key, table.version == frame.version), of, to, keys, sums)


def roll_up(
    session: BulkSession, table: Any, only: tuple[Any, ...], of: str, to: str, keys: list[Any], sums: list[str]
) -> int:
    """Sum the rows of one level into the next: managers into branches, branches into the bank."""
    branch = table.branch_id if to == "branch" else _ZERO
    groups = [*keys, table.branch_id] if to == "branch" else keys
    query = (
        select(
            literal(to, String), branch, _ZERO, *keys, *(cast(func.sum(getattr(table, s)), BigInteger) for s in sums)
        )
        .where(*only, table.level == of)
        .group_by(*groups)
    )
    return _insert(session, table, ["level", "branch_id", "staff_id", *(k.key for k in keys), *sums], query)
