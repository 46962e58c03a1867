"""How long a what-if takes at a million customers: tier lines, score weights, churn weights; prints a line each."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, literal, select

from lib.kpi.what_if import ANSWERS, PARTS, added, frame_of, moves
from lib.rulebook import shipped_rows
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.engine import analyse, is_one_file
from lib.store.scope import scope_of
from lib.store.session import open_session

APART = 10_000_000  # between the ids of one copy of the bank's customers and the next
ROUNDS = 3
KEYS = ("tier.personal", "tier.score", "churn.score")


def main() -> None:
    """Make the newest quarter of the bank so many customers large, and time every kind of what-if over it."""
    _grow(int(sys.argv[1]))
    with bulk("bench", write=False) as session:
        staff = session.scalars(select(m.Staff).where(m.Staff.login == "crm.zhao")).one()
        run = _run(session)
    scope = scope_of(staff.id, staff.login, str(staff.name), staff.role, staff.branch_id)
    for key in KEYS:
        book = rulebook().supposing(_other(key))
        spent = []
        for _round in range(ROUNDS):
            began = time.perf_counter()
            with open_session(scope, "bench") as session:
                frame = frame_of(session, run, book)
                found = added(moves(session, frame, ANSWERS[key], PARTS if is_one_file() else 1))
            spent.append(time.perf_counter() - began)
        customers = sum(one.customers for one in found)
        print(f"  what-if {key:20} {customers:>9,} customers   median {sorted(spent)[1]:5.1f} s", flush=True)


def _grow(wanted: int) -> None:
    """Copies of the newest quarter's customers under other ids, until there are so many."""
    q, c = m.CustomerQuarter, m.Customer
    with bulk("bench", write=False) as session:
        run = _run(session)
        there = len(session.scalars(select(q.customer_id).where(*_of(run))).all())
    for copy in range(1, -(-wanted // there)):
        with bulk("bench") as session:
            _copied(session, c, copy, c.customer_id.in_(select(q.customer_id).where(*_of(run), q.customer_id < APART)))
            _copied(session, q, copy, *_of(run), q.customer_id < APART)
    analyse()


def _copied(session: Any, table: Any, copy: int, *only: Any) -> None:
    names = [column.key for column in table.__table__.c]
    row = [table.customer_id + literal(copy * APART) if name == "customer_id" else getattr(table, name)
           for name in names]  # fmt: skip
    session.rows(insert(table).from_select(names, select(*row).where(*only)))


def _run(session: Any) -> m.QuarterRun:
    run = m.QuarterRun
    return session.scalars(select(run).where(run.state == "open").order_by(run.quarter.desc())).first()


def _of(run: m.QuarterRun) -> tuple[Any, ...]:
    q = m.CustomerQuarter
    return q.quarter == run.quarter, q.version == run.version


def _other(key: str) -> Any:
    """The shipped rule with other lines or weights."""
    row = next(one for one in shipped_rows() if one.key == key)
    said = row.value["value"]
    if "tiers" in said:
        lines = [{**one, "line": {"CNY": one["line"]["CNY"] // 2}} if "line" in one else one for one in said["tiers"]]
        return replace(row, value={**row.value, "value": {**said, "tiers": lines}})
    factors = [{**one, "weight": 1 + place} for place, one in enumerate(said["factors"])]
    return replace(row, value={**row.value, "value": {**said, "factors": factors}})


if __name__ == "__main__":
    main()
