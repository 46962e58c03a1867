"""Who holds which risk with which capacity at a quarter's end, for managers, branches and the bank."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String, cast, func, insert, literal, select

from lib.jobs.facts.rollups import roll_up
from lib.kpi.frame import Frame
from lib.kpi.measures import of_quarter
from lib.products.stock import Tests, held_after, rank_of, senior_on
from lib.store import models as m
from lib.store.bulk import BulkSession

_q, _c, _h, _p = m.CustomerQuarter, m.Customer, m.Holding, m.Product
_KEYS = ["branch_id", "staff_id", "kind", "capacity", "valid", "senior"]
_COLUMNS = ["quarter", "version", "level", *_KEYS, "risk_level", "customers", "amount_fen"]


def write_suitability(session: BulkSession, frame: Frame) -> int:
    """Holders of wealth products by capacity, validity and age: by level of the product (R1-R5), and each once by
    their riskiest one (T1-T5). Amounts in base currency. Source: 金融机构产品适当性管理办法."""
    table = m.SuitabilityQuarter
    rows = session.rows(insert(table).from_select(_COLUMNS, _by_level(frame)))
    rows += session.rows(insert(table).from_select(_COLUMNS, _by_riskiest(frame)))
    keys = [table.quarter, table.version, table.kind, table.capacity, table.valid, table.senior, table.risk_level]
    only = (table.quarter == frame.key, table.version == frame.version)
    rows += roll_up(session, table, only, "manager", "branch", keys, ["customers", "amount_fen"])
    return rows + roll_up(session, table, only, "branch", "bank", keys, ["customers", "amount_fen"])


def _by_level(frame: Frame) -> Any:
    h = _held(frame)
    keys = [h.c[key] for key in _KEYS]
    level = literal("R", String).concat(cast(h.c.rank, String))
    return _counted(frame, h, keys, h.c.rank, level)


def _by_riskiest(frame: Frame) -> Any:
    h = _held(frame)
    keys = [h.c[key] for key in _KEYS]
    each = (
        select(h.c.customer_id, *keys, func.max(h.c.rank).label("rank"), func.sum(h.c.amount).label("amount"))
        .group_by(h.c.customer_id, *keys)
        .subquery("each")
    )
    level = literal("T", String).concat(cast(each.c.rank, String))
    return _counted(frame, each, [each.c[key] for key in _KEYS], each.c.rank, level)


def _counted(frame: Frame, of: Any, keys: list[Any], rank: Any, level: Any) -> Any:
    # Grouped by the rank: PostgreSQL does not know a parameter of SELECT again in GROUP BY.
    return select(
        literal(frame.key, String), literal(frame.version), literal("manager", String), *keys, level,
        func.count(of.c.customer_id.distinct()), cast(func.sum(of.c.amount), BigInteger),
    ).group_by(*keys, rank)  # fmt: skip


def _held(frame: Frame) -> Any:
    """Each position with a risk level: whose it is in the quarter, of which capacity and age, in base currency."""
    tests = Tests(frame.end)
    rank = rank_of(_p.risk_level)
    amount = frame.in_base(_h.amount_fen, _h.currency)
    query = (
        select(
            _q.customer_id, _q.branch_id, _q.manager_id.label("staff_id"), _q.kind, tests.level.label("capacity"),
            tests.valid.label("valid"), senior_on(frame.end, frame.rule("suitability.senior_from")).label("senior"),
            rank.label("rank"), amount.label("amount"),
        )
        .select_from(_h)
        .join(_p, _p.id == _h.product_id)
        .join(_q, of_quarter(frame, _h.customer_id))
        .join(_c, _c.customer_id == _q.customer_id)
    )  # fmt: skip
    return tests.join(query).where(held_after(frame.after), _q.closed == 0, rank > 0).subquery("held")
