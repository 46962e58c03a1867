"""The timeline mixes three tables, keeps their moments, and shows nothing of another's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lib.customers.timeline import KINDS, timeline
from lib.store import models as m
from lib.store.bulk import bulk
from lib.store.session import open_session
from tests import cast


def said(login: str, customer_id: int, kinds: tuple[str, ...] = KINDS) -> list[tuple[str, object]]:
    with open_session(cast.scope(login), "test") as session:
        return [(row.kind, row.what) for row in session.execute(timeline([customer_id], kinds))]


@pytest.fixture
def told(bank: cast.SmallBank) -> None:
    """Three more things of OWN's: a child on the day before the case, a call after it, a call long ago."""
    with bulk("test") as session:
        session.add(
            cast.filled(
                m.LifeEvent, customer_id=cast.OWN, id=1, kind="child", happened_on=date(2026, 3, 3), note="女儿"
            )
        )
        for i, moment in enumerate((datetime(2026, 3, 2, 16, 30, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)), 1):
            session.add(
                cast.filled(
                    m.Contact, customer_id=cast.OWN, id=i, happened_at=moment, purpose=f"call{i}", staff_id=cast.ZHANG
                )
            )


def test_events_stand_in_the_order_they_happened(told: None) -> None:
    # 16:30 UTC on 2 March is half past midnight of 3 March at the bank, after the day of the child began.
    assert said("rm.zhang", cast.OWN)[:2] == [("contact", "call1"), ("life_event", "child")]
    assert said("rm.zhang", cast.OWN)[-1] == ("contact", "call2")
    with open_session(cast.scope("rm.zhang"), "test") as session:
        child = next(row for row in session.execute(timeline([cast.OWN])) if row.what == "child")
        assert child.at == datetime(2026, 3, 2, 16, tzinfo=UTC)
        assert child.text == "女儿"


def test_kinds_are_filtered(told: None) -> None:
    assert {kind for kind, _ in said("rm.zhang", cast.OWN, ("life_event",))} == {"life_event"}
    assert {kind for kind, _ in said("rm.zhang", cast.OWN)} == set(KINDS)


@pytest.mark.parametrize(
    ("login", "kinds"),
    [
        ("rm.zhang", set(KINDS)),
        ("rm.li", set()),
        ("head.zhu", set()),
        ("care.chen", {"case"}),
        ("care.lin", set()),
        ("exec.zhou", {"contact", "life_event"}),
        ("check.sun", set()),
    ],
)
def test_each_part_keeps_its_own_scope(bank: cast.SmallBank, login: str, kinds: set[str]) -> None:
    assert {kind for kind, _ in said(login, cast.OWN)} == kinds
