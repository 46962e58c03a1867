"""What-if against a real refresh on the same facts and day: identical, customer by customer, on both engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib.jobs.close import close_before
from lib.jobs.demo import build
from lib.jobs.refresh import refresh
from lib.kpi import what_if
from lib.kpi.what_if import Move, added, frame_of, moves, people
from lib.rulebook import Rulebook, RuleRow, shipped_rows
from lib.settings import today
from lib.store import book
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.quarter import Quarter
from lib.store.scope import Scope, scope_of
from lib.store.session import open_session

QUARTER = Quarter.of(today())


def _quiet(_line: str) -> None:
    return


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Any]]:
    yield {}


@pytest.fixture(params=("sqlite", "postgresql"))
def bank(request: pytest.FixtureRequest, new_database: Any, entered: Callable[[str], str]) -> str:
    """A small bank whose earlier quarters are closed."""
    url = entered(new_database(request.param))
    build(customers=400, quarters=3, seed=11, progress=_quiet)
    refresh(_quiet)
    close_before(QUARTER)
    return url


def _changed(key: str, change: Callable[[Any], Any]) -> RuleRow:
    """The shipped rule, saying something else from the first day of this quarter on."""
    row = next(one for one in shipped_rows() if one.kind == "rule" and one.key == key)
    value = {**row.value, "value": change(row.value["value"])}
    return replace(row, valid_from=QUARTER.start + timedelta(days=1), value=value, position=9_999)


def _lines(said: Any) -> Any:
    tiers = [{**one, "line": {"CNY": one["line"]["CNY"] // 3}} if "line" in one else one for one in said["tiers"]]
    return {**said, "tiers": tiers}


def _higher(said: Any) -> Any:
    tiers = [{**one, "line": {"CNY": one["line"]["CNY"] * 2}} if "line" in one else one for one in said["tiers"]]
    return {**said, "tiers": tiers}


def _weights(said: Any) -> Any:
    return {**said, "factors": [{**one, "weight": 1 + place} for place, one in enumerate(said["factors"])]}


CHANGES = {
    "lower lines": ("tier.personal", _lines),
    "higher lines": ("tier.personal", _higher),
    "of firms": ("tier.corporate", _lines),
    "no watch": ("tier.watch_quarters", lambda _said: 0),
    "score": ("tier.score", lambda said: {**_weights(said), "propose_from": 40, "near_percent": 30}),
    "churn": ("churn.score", lambda said: {**_weights(said), "flag_from": 30}),
}


def _scope() -> Scope:
    with bulk("test", write=False) as session:
        staff = session.scalars(select(m.Staff).where(m.Staff.login == "crm.zhao")).one()
    return scope_of(staff.id, staff.login, staff.name, staff.role, staff.branch_id)


def _standing() -> dict[int, tuple[str, str, str]]:
    """What each customer of the newest published quarter is: tier, proposed, flagged."""
    q = m.CustomerQuarter
    with bulk("test", write=False) as session:
        run = _run(session)
        rows = session.execute(
            select(q.customer_id, q.tier, q.proposed, q.churn_flag).where(
                q.quarter == run.quarter, q.version == run.version, q.closed == 0))  # fmt: skip
        return {row[0]: (row[1], *("yes" if flag else "no" for flag in row[2:])) for row in rows}


def _run(session: Any) -> m.QuarterRun:
    run = m.QuarterRun
    return session.scalars(select(run).where(run.quarter == str(QUARTER), run.state == "open")).one()


@pytest.mark.parametrize("case", CHANGES)
def test_a_what_if_is_what_a_refresh_then_does(bank: str, case: str) -> None:
    key, change = CHANGES[case]
    row, what = _changed(key, change), what_if.ANSWERS[key]
    other = Rulebook([*shipped_rows(), row])
    place = ("tier", "proposed", "flagged").index(what)
    with open_session(_scope(), "test") as session:
        frame = frame_of(session, _run(session), other)
        said = added(moves(session, frame, what))
        in_parts = added(moves(session, frame, what, parts=7))
        told = {one.number: (one.before, one.after) for one in session.execute(people(frame, what))}
        numbers = dict(session.execute(select(m.Customer.customer_id, m.Customer.number)).all())
    before = _standing()
    with bulk("rule entry") as session:
        session.insert(m.RuleEntry, [{**vars(row), "id": new_id(), "version": 2, "digest": row.digest}])
    book.look_again()
    refresh(_quiet)
    after = _standing()
    moved = {one: (before[one][place], after[one][place]) for one in before if before[one][place] != after[one][place]}
    assert said == in_parts
    assert Counter((one.before, one.after) for one in _each(said)) == Counter(
        (before[one][place], after[one][place]) for one in before)  # fmt: skip
    assert told == {numbers[one]: way for one, way in moved.items()} and moved


def _each(said: list[Move]) -> Iterator[Move]:
    for move in said:
        yield from [move] * move.customers


def test_the_same_rules_move_nobody(bank: str) -> None:
    with open_session(_scope(), "test") as session:
        frame = frame_of(session, _run(session), Rulebook(shipped_rows()))
        for what in set(what_if.ANSWERS.values()):
            assert all(one.before == one.after for one in added(moves(session, frame, what)))


def test_a_head_is_told_of_the_own_branch_only(bank: str) -> None:
    with bulk("test", write=False) as session:
        staff = session.scalars(select(m.Staff).where(m.Staff.login == "head.wang")).one()
    scope = scope_of(staff.id, staff.login, staff.name, staff.role, staff.branch_id)
    with open_session(scope, "test") as session:
        frame = frame_of(session, _run(session), Rulebook([*shipped_rows(), _changed("tier.personal", _lines)]))
        told = session.execute(people(frame, "tier")).all()
        reached = set(session.scalars(select(m.Customer.number)))
    assert told and {one.number for one in told} <= reached
