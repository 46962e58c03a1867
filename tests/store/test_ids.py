"""Ids: growing, exact in a browser, different between processes; and the leases that keep them so."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from lib.settings import now
from lib.store import engine, ids
from lib.store.bulk import bulk
from lib.store.ids import IdMaker, ids_within, new_id
from lib.store.models import NodeLease
from tests.cast import SmallBank


def test_ids_grow_and_fit_a_browser() -> None:
    maker = IdMaker(63)
    made = [maker.next() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert made[-1] < 2**53
    last_day = datetime(2109, 1, 1, tzinfo=UTC).timestamp() * 100 - 170_406_720_000
    assert last_day < 2**38, "38 bits of 10 ms reach past 2109"


def test_threads_share_a_maker_without_a_double() -> None:
    maker = IdMaker(1)
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: [maker.next() for _ in range(2_000)], range(16)))
    assert len({i for part in made for i in part}) == 32_000


def test_a_clock_set_back_makes_no_double(monkeypatch: pytest.MonkeyPatch) -> None:
    maker, real = IdMaker(1), time.time()
    monkeypatch.setattr(time, "time", lambda: real)
    before = [maker.next() for _ in range(600)]
    monkeypatch.setattr(time, "time", lambda: real - 3600)
    assert maker.next() > max(before)


def test_nodes_never_meet() -> None:
    makers = [IdMaker(node) for node in range(64)]
    made = {maker.next() for maker in makers for _ in range(100)}
    assert len(made) == 6_400


def test_the_distance_of_ids_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    maker, real = IdMaker(0), time.time()
    monkeypatch.setattr(time, "time", lambda: real)
    first = maker.next()
    monkeypatch.setattr(time, "time", lambda: real + 600)
    assert abs(maker.next() - first - ids_within(minutes=10)) <= 64 * 512


def test_a_maker_that_ran_ahead_says_until_when() -> None:
    maker = IdMaker(0)
    for _ in range(200_000):  # at 51 200 a second, about four seconds' worth
        maker.next()
    assert maker.last_moment > now() + timedelta(seconds=1)


def test_two_processes_get_two_nodes(bank: SmallBank) -> None:
    """And give them back at their end; node 1 is held by the small bank's own row."""
    code = "from lib.store.engine import lease_node; print(lease_node(), flush=True); input()"
    running = [subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) for _ in range(2)]
    nodes = {int(one.stdout.readline()) for one in running if one.stdout}
    assert len(nodes) == 2
    with bulk("look", write=False) as session:
        held = select(NodeLease.until).where(NodeLease.node.in_(nodes))
        assert all(until > now() + timedelta(hours=23) for until in session.scalars(held))
    for one in running:
        one.communicate("\n", timeout=60)
    with bulk("look", write=False) as session:
        assert all(until <= now() for until in session.scalars(held))


@pytest.fixture
def leases(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> None:
    """All 64 nodes are held, and leasing leaves this process's own node alone."""
    monkeypatch.setattr(engine, "_use", lambda node, holder: node)
    with bulk("lease") as session:
        session.execute(delete(NodeLease))
        until = now() + timedelta(hours=1)
        session.add_all(NodeLease(node=node, holder=f"other {node}", until=until) for node in range(64))


def test_without_a_free_node_a_sentence_says_so(leases: None) -> None:
    with pytest.raises(RuntimeError, match="64 processes already hold"):
        engine.lease_node()


def test_an_expired_lease_is_taken_and_once_only(leases: None) -> None:
    with bulk("expire") as session:
        session.execute(update(NodeLease).where(NodeLease.node == 17).values(until=now() - timedelta(seconds=1)))
    assert engine.lease_node() == 17
    with pytest.raises(RuntimeError):
        engine.lease_node()


def test_a_renewal_moves_the_end(leases: None, bank: SmallBank) -> None:
    later = now() + timedelta(days=3)
    engine._set_until(bank.url, "other 5", later)
    with bulk("look", write=False) as session:
        assert session.get_one(NodeLease, 5).until == later


def test_this_process_makes_growing_ids() -> None:
    assert new_id() < new_id()
    assert ids.last_moment() <= now() + timedelta(minutes=5)
