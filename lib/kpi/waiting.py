"""Times from the stored counts by minute, as a page reads them: percentiles, how many within a limit, the spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Select, and_, case, cast, func, or_, select

from lib.kpi.percentiles import percentiles
from lib.kpi.table import published
from lib.store.models import QuarterRun, WaitQuarter
from lib.store.quarter import Quarter
from lib.store.session import StoreSession

MEDIAN, TAIL = 50, 90
_w = WaitQuarter


@dataclass(frozen=True)
class Spell:
    """One time of one quarter, of a branch (0: all) and a business ("": all): n, median, 90th percentile."""

    quarter: str
    time: str
    branch_id: int
    business: str
    n: int
    median: int
    tail: int


def spells(
    session: StoreSession, quarters: Sequence[Quarter], times: Sequence[str], by: Sequence[str] = (),
    branch_id: int | None = None,
) -> list[Spell]:  # fmt: skip
    """Median and 90th percentile of these times; `by` branch_id, business or both. Nothing of what is out of reach."""
    runs = published(session, quarters)
    if not runs:
        return []
    query = percentiles(runs, (MEDIAN, TAIL), _level(session, by, branch_id), times, by=by, branch_id=branch_id)
    return [
        Spell(row.quarter, row.time, getattr(row, "branch_id", 0), getattr(row, "business", ""), int(row.n),
              int(row.p50), int(row.p90))
        for row in session.execute(query)
    ]  # fmt: skip


def spread(
    session: StoreSession, quarter: Quarter, time: str, width: int, most: int, branch_id: int | None = None
) -> list[tuple[int, int]]:
    """How many took how long, in bands of `width` minutes up to `most`: (first minute of the band, how many)."""
    runs = published(session, [quarter])
    if not runs:
        return []
    band = case((_w.minutes > most, most), else_=(_w.minutes + width - 1) // width * width - width).label("band")
    one = _of(runs, _level(session, (), branch_id), time, branch_id).add_columns(band, _w.counted).subquery("one")
    total = cast(func.sum(one.c.counted), BigInteger)
    rows = session.execute(select(one.c.band, total.label("n")).group_by(one.c.band).order_by(one.c.band))
    found: dict[int, int] = {}
    for at, n in rows:
        found[max(0, int(at))] = found.get(max(0, int(at)), 0) + int(n)
    return sorted(found.items())


def beyond(session: StoreSession, quarter: Quarter, time: str, limit: int, branch_id: int | None = None) -> int:
    """How many took longer than so many minutes."""
    runs = published(session, [quarter])
    if not runs:
        return 0
    total = cast(func.coalesce(func.sum(_w.counted), 0), BigInteger)
    query = _of(runs, _level(session, (), branch_id), time, branch_id).where(_w.minutes > limit).add_columns(total)
    return int(session.execute(query).scalar_one())


def _of(runs: dict[str, QuarterRun], level: str, time: str, branch_id: int | None) -> Select:
    versions = or_(*(and_(_w.quarter == quarter, _w.version == run.version) for quarter, run in runs.items()))
    of_branch = [_w.branch_id == branch_id] if branch_id is not None else []
    return select().select_from(_w).where(_w.level == level, _w.time == time, versions, *of_branch)


def _level(session: StoreSession, by: Sequence[str], branch_id: int | None) -> str:
    """The coarsest stored level that answers within the scope."""
    whole = session.scope.facts == "bank" and branch_id is None and "branch_id" not in by
    return "bank" if whole else "branch"
