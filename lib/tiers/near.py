"""Who stands close to a tier line: below the next one, just above the own one, or on watch under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, cast, func, literal, select, union_all

from lib.store.models import CustomerQuarter
from lib.tiers.read import Facts, named, of_quarter
from lib.tiers.rules import Scheme

RULE = "tier.near_percent"
SIDES = ("below", "above", "watch")
_q = CustomerQuarter


@dataclass(frozen=True)
class Edge:
    """One side of a tier's line: whose amounts (minor units) lie in `[low, high)`, being of tier `of`.

    below: of the tier under the line, within the rule's percentage of it; above: of the line's own tier, with less
    than the percentage to lose; watch: of that tier and already under its line, on 降级观察.
    """

    tier: str
    side: str
    of: str
    measure: str
    line: int
    low: int
    high: int


def edges(scheme: Scheme, percent: Mapping[str, int]) -> list[Edge]:
    """All sides of all lines, the highest line first (rule tier.near_percent: `under_line`, `over_line`)."""
    found = []
    for tier, under in zip(scheme.tiers, scheme.tiers[1:], strict=False):
        line = tier.line
        # Rounded up below and above, so that exactly the percentage still belongs below and no longer above.
        least, most = -(-line * (100 - percent["under_line"]) // 100), -(-line * (100 + percent["over_line"]) // 100)
        found += [
            Edge(tier.code, "below", under.code, scheme.measure, line, least, line),
            Edge(tier.code, "above", tier.code, scheme.measure, line, line, most),
            Edge(tier.code, "watch", tier.code, scheme.measure, line, 0, line),
        ]
    return found


def counts(facts: Facts, of: Sequence[Edge]) -> Select:
    """Rows `place, customers, fen` by the edge's place: how many there are, and their distances summed."""
    parts = [
        select(literal(place).label("place"), func.count().label("customers"), _total(edge).label("fen")).where(
            *_at(facts, edge)
        )
        for place, edge in enumerate(of)
    ]
    return select(union_all(*parts).subquery())


def people(facts: Facts, edge: Edge) -> Select:
    """The customers of an edge whom the reader reaches now, those closest to the line first, with their distance to
    it in minor units and their score."""
    amount: Any = getattr(_q, edge.measure)
    order = amount.asc() if edge.side == "above" else amount.desc()
    columns = (_q.tier, amount.label("amount_fen"), _distance(edge).label("distance_fen"), _q.score, _q.contact_days)
    return named(*columns).where(*_at(facts, edge)).order_by(order, _q.customer_id.desc())


def proposed(facts: Facts) -> Select:
    """The customers proposed as potential ones, the highest score first (方案 §2.2)."""
    columns = (_q.tier, _q.score, _q.potential, _q.aum_fen, _q.deposits_fen, _q.contact_days)
    return (
        named(*columns)
        .where(*of_quarter(facts), _q.closed == 0, _q.proposed == _written(1))
        .order_by(_q.score.desc(), _q.customer_id.desc())
    )


def _at(facts: Facts, edge: Edge) -> list[ColumnElement[bool]]:
    amount: Any = getattr(_q, edge.measure)
    found = [*of_quarter(facts), _q.closed == 0, _q.tier == edge.of, amount >= edge.low, amount < edge.high]
    if facts.kind == "corporate":
        found.append(_q.kind == _written("corporate"))
    if edge.side == "watch":
        found.append(_q.watch > 0)
    return found


def _distance(edge: Edge) -> ColumnElement[int]:
    amount: Any = getattr(_q, edge.measure)
    line = literal(edge.line, BigInteger)
    away: Any = amount - line if edge.side == "above" else line - amount
    return away


def _total(edge: Edge) -> ColumnElement[int]:
    return func.coalesce(cast(func.sum(_distance(edge)), BigInteger), 0)


def _written(value: Any) -> ColumnElement[Any]:
    """A value that stands in the statement itself: through a parameter no partial index serves."""
    return bindparam(None, value, literal_execute=True)
