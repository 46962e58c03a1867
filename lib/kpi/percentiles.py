"""Percentiles of times from the stored counts by minute: exact for every group, at any size (domain §8).

A percentile of a whole is not made of those of its parts, so that each group is told from its own times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Select, and_, case, cast, func, or_, select

from lib.rulebook import Kpi
from lib.store.models import QuarterRun, WaitQuarter
from lib.store.session import StoreSession

_w = WaitQuarter
Runs = Mapping[str, QuarterRun]


@dataclass(frozen=True)
class Time:
    """The minutes within which so many of a hundred were, of one group ("" for the whole), among `n`."""

    group: int | str
    minutes: int
    n: int


def times_of(
    session: StoreSession, runs: Runs, definitions: Mapping[tuple[str, str], Kpi], level: str, by: str,
    branch_id: int | None,
) -> dict[tuple[str, str], list[Time]]:  # fmt: skip
    """(KPI, quarter) → its groups, for the percentile KPIs among these; kept of the bank and of branches only."""
    wanted = {at: kpi for at, kpi in definitions.items() if kpi.percentile}
    if not wanted or level not in ("bank", "branch") or by not in ("bank", "branch"):
        return {}
    percents = sorted({kpi.percentile for kpi in wanted.values()})
    times = sorted({kpi.numerator for kpi in wanted.values()})
    apart = ("branch_id",) if by == "branch" else ()
    found: dict[tuple[str, str, int], list[Time]] = defaultdict(list)
    for row in session.execute(percentiles(runs, percents, level, times, by=apart, branch_id=branch_id)):
        for percent in percents:
            group = row.branch_id if by == "branch" else ""
            found[row.quarter, row.time, percent].append(Time(group, int(getattr(row, f"p{percent}")), int(row.n)))
    return {(key, quarter): found[quarter, kpi.numerator, kpi.percentile] for (key, quarter), kpi in wanted.items()}


def percentiles(
    runs: Runs, percents: Sequence[int], level: str, times: Sequence[str], *, by: Sequence[str] = (),
    branch_id: int | None = None,
) -> Select:  # fmt: skip
    """Times of the published quarters: quarter, time, the columns of `by` (branch_id, business), n, pNN per percent.

    The nearest rank: the least minute by which NN of a hundred, rounded up, are over.
    """
    names = ["quarter", "time", *by]
    keys = [getattr(_w, name) for name in names]
    published = or_(*(and_(_w.quarter == quarter, _w.version == run.version) for quarter, run in runs.items()))
    counts = select(*keys, _w.minutes, cast(func.sum(_w.counted), BigInteger).label("counted")).where(
        _w.level == level, published, _w.time.in_(times),
        *([_w.branch_id == branch_id] if branch_id is not None else []),
    )  # fmt: skip
    one = counts.group_by(*keys, _w.minutes).subquery("one")
    parts = [one.c[name] for name in names]
    upto = func.sum(one.c.counted).over(partition_by=parts, order_by=one.c.minutes)
    n = func.sum(one.c.counted).over(partition_by=parts)
    ranked = select(*parts, one.c.minutes, cast(upto, BigInteger).label("upto"), cast(n, BigInteger).label("n"))
    of = ranked.subquery("ranked")
    groups = [of.c[name] for name in names]
    ranks = (func.min(case((of.c.upto * 100 >= of.c.n * percent, of.c.minutes))).label(f"p{percent}")
             for percent in percents)  # fmt: skip
    return select(*groups, of.c.n, *ranks).group_by(*groups, of.c.n).order_by(*groups)
