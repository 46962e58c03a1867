"""Points of the demonstration bank: a past that balances, told by the stored figures, the same every time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from lib.jobs.demo import build
from lib.jobs.demo.points import collect
from lib.jobs.refresh import refresh
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.points import CUSTOMER
from lib.store.points_check import faults, totals


def told() -> tuple[list[Any], dict[str, int]]:
    """The customer's side by kind and quarter booked, and the bank's stored sums of what is owed by quarter."""
    e, t = m.PointEntry, m.MeasureQuarter
    with bulk("test", write=False) as session:
        assert list(faults(session)) == []
        rows = session.execute(select(e.customer_id, e.deed, e.points, e.booked_on).where(e.account == CUSTOMER))
        sums = select(t.quarter, func.sum(t.value)).where(t.level == "bank", t.measure == "points_outstanding")
        owed = dict(session.execute(sums.group_by(t.quarter)).all())
        assert owed[max(owed)] == totals(session)[2]
        return sorted(tuple(row) for row in rows), owed


def test_a_past_of_points_the_same_on_both_engines(
    new_database: Callable[..., str], entered: Callable[[str], str]
) -> None:
    found = []
    for engine in ("sqlite", "postgresql"):
        entered(new_database(engine))
        build(customers=200, quarters=4, seed=5, progress=lambda _said: None)
        refresh(lambda _said: None)
        collect()
        found.append(told())
    assert found[0] == found[1]
    entries, owed = found[0]
    kinds = {deed.split(":")[0] for _who, deed, _points, _day in entries}
    assert {"redeem", "bought", "refreshed", "aum", "undo"} <= kinds
    assert len(owed) == 4 and min(owed.values()) > 0
