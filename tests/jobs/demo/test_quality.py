"""Service quality of the demonstration bank: the same twice, in order, in every state, and modest in number."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from lib.jobs.demo import quality
from lib.jobs.demo.organisation import found_bank
from lib.jobs.demo.plan import Plan
from lib.rulebook import Calendar, Rulebook, parse_calendar, shipped_rows
from lib.rulebook.parse import DATA
from lib.store import migrate
from lib.store import models as m
from lib.store.bulk import bulk
from lib.words import codes

PLAN = Plan.of(600, 4, 1, date(2026, 11, 29), Rulebook(shipped_rows()), Calendar.of(*parse_calendar(DATA / "calendar")))


@pytest.fixture(params=("sqlite", "postgresql"))
def founded(request: pytest.FixtureRequest, new_database: Any, entered: Any) -> str:
    """A bank with nothing but its own rows and its service quality, on one engine after the other."""
    entered(new_database(request.param))
    migrate.upgrade()
    with bulk("demo") as session:
        quality.write_quality(session, PLAN, found_bank(session, PLAN))
    return str(request.param)


def test_what_the_bank_is_found_with(founded: str) -> None:
    t, c, k, f = m.QueueTicket, m.ServiceCheck, m.CheckMark, m.Finding
    with bulk("look", write=False) as session:
        assert 400 < (session.scalar(select(func.count()).select_from(t)) or 0) < 1200
        assert session.scalar(select(func.count()).where(t.finished_at < t.called_at)) == 0
        assert session.scalar(select(func.max(t.taken_at))) < PLAN.now
        assert set(session.scalars(select(t.business).distinct())) <= set(codes("queue_business"))
        kinds = {kind: n for kind, n in session.execute(select(c.kind, func.count()).group_by(c.kind))}
        assert set(kinds) == {"mystery", "internal", "self"} and kinds["mystery"] >= 12
        assert session.scalar(select(func.max(c.checked_on))) < PLAN.today
        points, most = session.execute(select(func.sum(k.points), func.sum(k.most))).one()
        assert 0.75 < points / most < 0.99
        states = set(session.scalars(select(f.state)))
        assert states == set(codes("finding_state")) - {"dropped"}
        assert session.scalar(select(func.count()).where(f.verified_by == f.done_by)) == 0
        owners = select(m.Action.id).join(f, f.action_id == m.Action.id).where(f.verified_by == m.Action.owner_id)
        assert session.scalars(owners).all() == []


def test_the_same_seed_draws_the_same_tickets() -> None:
    drawn = [quality._queue(PLAN, PLAN.random(70, 1, 0, 1), 0, 1, 50, 0.85, 0) for _ in range(2)]
    for column in ("taken_at", "called_at", "finished_at"):
        np.testing.assert_array_equal(drawn[0][column], drawn[1][column])
    assert SimpleNamespace(**drawn[0]).branch_id == 1
