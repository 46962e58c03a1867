"""What-if: who would move if a rule said something else, judged by refresh's own logic from stored facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select, Subquery, case, func, inspect, literal, select
from sqlalchemy.orm import Session

from lib.kpi import scores
from lib.kpi.frame import Frame, kinds_of
from lib.rulebook import Rulebook
from lib.store import models as m
from lib.store.quarter import Quarter

#: rules that a what-if answers for → what would change: tier, proposed (潜力推荐) or flagged (流失预警)
ANSWERS = {
    "tier.personal": "tier", "tier.corporate": "tier", "tier.watch_quarters": "tier",
    "tier.score": "proposed", "value.potential": "proposed", "churn.score": "flagged",
}  # fmt: skip
#: parts the customers are read in where the engine is one file, so that progress can be told
PARTS = 20
_q = m.CustomerQuarter


@dataclass(frozen=True)
class Move:
    """Customers of one owner (at the quarter's end) who would go from `before` to `after`, or stay where both agree.

    `what` says of which: tier codes, or yes and no for proposals and warnings. AUM in base fen.
    """

    branch_id: int
    staff_id: int
    kind: str
    tier: str
    before: str
    after: str
    customers: int
    aum_fen: int


def frame_of(session: Session, run: m.QuarterRun, book: Rulebook) -> Frame:
    """A published quarter as another rulebook would judge it."""
    quarter = Quarter.parse(run.quarter)
    currency = session.scalars(select(m.Bank.base_currency)).one()
    cutoff = min(quarter.end, quarter.end.fromisoformat(run.cutoff))
    return Frame(quarter, run.version, cutoff, None, book, currency, {}, kinds_of(session))


def moves(session: Session, frame: Frame, what: str, parts: int = 1) -> Iterator[list[Move]]:
    """The moves of one answer (a value of ANSWERS), part by part; `added` puts them together."""
    for first, last in _ranges(session, frame, parts):
        judged = _judged(frame, what, first, last)
        c = judged.c
        keys = (c.branch_id, c.manager_id, c.kind, c.tier, c.before, c.after)
        rows = session.execute(select(*keys, func.count(), func.sum(c.aum_fen)).group_by(*keys))
        yield [_move(tuple(row[:6]), int(row[6]), int(row[7])) for row in rows]


def added(parts: Iterable[list[Move]]) -> list[Move]:
    """Moves of several parts as one list."""
    sums: dict[tuple[Any, ...], tuple[int, int]] = {}
    for move in (move for part in parts for move in part):
        key = (move.branch_id, move.staff_id, move.kind, move.tier, move.before, move.after)
        customers, aum = sums.get(key, (0, 0))
        sums[key] = (customers + move.customers, aum + move.aum_fen)
    return [_move(key, n, aum) for key, (n, aum) in sorted(sums.items())]


def _move(key: tuple[Any, ...], customers: int, aum_fen: int) -> Move:
    branch_id, staff_id, kind, tier, before, after = key
    return Move(branch_id, staff_id, kind, tier, before, after, customers, aum_fen)


def people(frame: Frame, what: str) -> Select:
    """Who would move: number, name, kind, tier, before, after, AUM, owners of now; the largest first."""
    judged = _judged(frame, what, 0, 2**62)
    c = judged.c
    return (
        select(
            m.Customer.number, m.Customer.name, c.kind, c.tier, c.before, c.after, c.aum_fen,
            m.Branch.name.label("branch"), m.Staff.name.label("manager"),
        )
        .join(m.Customer, m.Customer.customer_id == c.customer_id)
        .outerjoin(m.Branch, m.Branch.id == m.Customer.branch_id)
        .outerjoin(m.Staff, m.Staff.id == m.Customer.manager_id)
        .where(c.before != c.after)
        .order_by(c.aum_fen.desc(), c.customer_id)
    )  # fmt: skip


def _judged(frame: Frame, what: str, first: int, last: int) -> Subquery:
    """Everyone who is still there, with what is and what would be."""
    columns = {one.key: getattr(_q, one.key) for one in inspect(_q).column_attrs}
    before, after = {"tier": _tiers, "proposed": _proposed, "flagged": _flagged}[what](frame, columns)
    return (
        select(_q.customer_id, _q.branch_id, _q.manager_id, _q.kind, _q.tier, _q.aum_fen, before.label("before"),
               after.label("after"))
        .where(_q.quarter == frame.key, _q.version == frame.version, _q.closed == 0,
               _q.customer_id.between(first, last))
        .subquery("judged")
    )  # fmt: skip


def _tiers(frame: Frame, c: Any) -> tuple[Any, Any]:
    decided = case((c["fixed"] == 1, c["tier"]))
    facts = SimpleNamespace(**{**c, "decided": decided})
    return c["tier"], scores.settled_tier(frame, facts, c["aum_fen"])["tier"]


def _proposed(frame: Frame, c: Any) -> tuple[Any, Any]:
    return _yes(c["proposed"] == 1), _yes(scores.proposed(frame, c))


def _flagged(frame: Frame, c: Any) -> tuple[Any, Any]:
    return _yes(c["churn_flag"] == 1), _yes(scores.flagged(frame, c))


def _yes(condition: Any) -> Any:
    return case((condition, literal("yes")), else_=literal("no"))


def _ranges(session: Session, frame: Frame, parts: int) -> list[tuple[int, int]]:
    """Ranges of customer ids, about alike; ids are time-ordered, so that ranges are only about alike."""
    if parts <= 1:
        return [(0, 2**62)]
    of = (_q.quarter == frame.key, _q.version == frame.version)
    first, last = session.execute(select(func.min(_q.customer_id), func.max(_q.customer_id)).where(*of)).one()
    if first is None:
        return []
    step = max(1, -(-(last - first + 1) // parts))
    return [(start, min(start + step - 1, last)) for start in range(first, last + 1, step)]
