"""How long finding takes, as the search box and the directory ask for it: prints a line a figure."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, select

from lib.care import today as day
from lib.customers.directory import Filters, Run, directory
from lib.customers.read import find
from lib.settings import business_now, today
from lib.store import models as m
from lib.store.book import rulebook
from lib.store.bulk import bulk
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session
from lib.ui.frames import COUNTED_TO, count_of
from tests.bench.million import phone_of

ROUNDS, LONGEST = 15, 5  # times, and seconds for a slow one
PEOPLE = ("rm.zhang", "crm.zhao")
TYPED = {"name": "王志强", "two characters": "志强", "a surname": "王", "pinyin": "wangzhiqiang", "initials": "wzq",
         "an initial": "w", "customer number": "{number}", "phone": "{phone}", "nobody": "龘靐"}  # fmt: skip
LISTS = {
    "everybody": Filters(),
    "by opening": Filters(order="opened"),
    "by number, any stage": Filters(order="number", stage="all"),
    "named 志强": Filters(text="志强"),
    "surname 王": Filters(text="王"),
    "a tag": Filters(tag="{tag}"),
    "AUM from 500": Filters(aum_from=500),
    "holds wealth, quiet": Filters(holds="wealth", quiet=4),
    "information overdue": Filters(refresh="overdue"),
    "birthday in 7 days": Filters(birthday=7),
    "not contacted in 90 days": Filters(contact=90),
    "maturing in 30 days": Filters(matures=30),
    "firms": Filters(kind="corporate"),
    "minors": Filters(age="minor"),
    "open complaint": Filters(complaint="open"),
}


def main() -> None:
    """Time every search and every list for some readers."""
    with bulk("bench", write=False) as session:
        staff = {one.login: one for one in session.scalars(select(m.Staff).where(m.Staff.login.in_(PEOPLE)))}
        number = session.scalars(select(m.Customer.number).order_by(m.Customer.customer_id.desc()).limit(1)).one()
        tag = session.scalars(select(m.CustomerTag.tag).order_by(m.CustomerTag.customer_id.desc()).limit(1)).one()
        runs = select(m.QuarterRun).where(m.QuarterRun.state.in_(("open", "closed")))
        newest = session.scalars(runs.order_by(m.QuarterRun.quarter.desc())).first()
    scopes = {one.login: scope_of(one.id, one.login, str(one.name), one.role, one.branch_id) for one in staff.values()}
    known = {"{number}": number, "{phone}": phone_of(400_000)}
    run = Run(newest.quarter, newest.version) if newest else None
    for login in PEOPLE:
        for said, typed in TYPED.items():
            _print(f"{login}: search {said}", _time(scopes[login], _searching(known.get(typed, typed))))
        for said, query in _days_work(scopes[login]).items():
            _print(f"{login}: today {said}", _time(scopes[login], _reading(query)))
        for said, filters in LISTS.items():
            wanted = Filters(tag=tag) if filters.tag else filters
            _print(f"{login}: directory {said}", _time(scopes[login], _listing(wanted, run)))


def _print(what: str, found: tuple[int, float, float]) -> None:
    rows, median, p95 = found
    print(f"  {what:45} {rows:>6,} found   median {median:7.1f} ms   p95 {p95:7.1f} ms", flush=True)


def _searching(typed: str) -> Callable[[Any], int]:
    return lambda session: len(session.execute(find(typed)).all())


def _days_work(scope: Scope) -> dict[str, Select]:
    """The page of people, the counts and the load of one's own list, or of the branch the department looks at."""
    of = day.asked(scope, rulebook(), today(), business_now())
    own = scope.customers == "own"
    with bulk("bench", write=False) as session:
        branch = session.scalars(select(m.Branch.id).where(m.Branch.code == "X007")).one()
    wanted = day.Wanted(scope.staff_id) if own else day.Wanted(None, branch_id=branch)
    return {"people": day.people(of, wanted).limit(22), "counts": day.counts(of, wanted),
            "load": day.load(of, None if own else branch)}  # fmt: skip


def _reading(query: Select) -> Callable[[Any], int]:
    return lambda session: len(session.execute(query).all())


def _listing(filters: Filters, run: Run | None) -> Callable[[Any], int]:
    """The count and the first page, as `frames.page_of` reads them."""

    def listed(session: Any) -> int:
        query, few = (directory(filters, run, today(), rulebook(), few=short) for short in (False, True))
        total = count_of(session, few)
        session.execute((few if total <= COUNTED_TO else query).limit(50)).all()
        return total

    return listed


def _time(scope: Scope, ask: Callable[[Any], int]) -> tuple[int, float, float]:
    """Found, median and p95 of the wall-clock of a session of its own each, as a page opens one."""
    spent, rows, began = [], 0, time.perf_counter()
    while len(spent) < ROUNDS and time.perf_counter() - began < LONGEST:
        before = time.perf_counter()
        with open_session(scope, "bench") as session:
            rows = ask(session)
        spent.append((time.perf_counter() - before) * 1000)
    spent.sort()
    return rows, spent[len(spent) // 2], spent[int(len(spent) * 0.95)]


if __name__ == "__main__":
    main()
