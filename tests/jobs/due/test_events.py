"""The conversation after an event: ended by whoever had it, withdrawn from who asked to be left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lib.jobs.due.events import write_event_items
from lib.settings import business_now
from tests.cast import OWN, SmallBank
from tests.engagement.rows import let_pass, planned, registered, ticked
from tests.jobs.due import making
from tests.jobs.due.making import given, items, run, talked


@pytest.fixture(autouse=True)
def came(bank: SmallBank) -> None:
    making.nothing()
    event_id = planned()
    registered(event_id, OWN, "rm.zhang")
    let_pass(event_id)
    ticked(event_id, {OWN: True})
    with making.bulk("test") as session:
        (one,) = session.scalars(making.select(making.DueItem).where(making.DueItem.kind == "event"))
        one.created_at = business_now() - timedelta(days=2)


def test_it_stays_open_until_somebody_speaks_with_the_customer(bank: SmallBank) -> None:
    run(write_event_items)
    assert [one.state for one in items("event")] == ["open"]
    talked(OWN, 1)
    run(write_event_items)
    assert [one.state for one in items("event")] == ["done"]


def test_a_conversation_before_the_event_does_not_end_it(bank: SmallBank) -> None:
    talked(OWN, 5)
    run(write_event_items)
    assert [one.state for one in items("event")] == ["open"]


def test_who_asks_to_be_left_alone_is_not_called(bank: SmallBank) -> None:
    given(OWN, do_not_contact=True)
    run(write_event_items)
    assert [(one.state, one.outcome) for one in items("event")] == [("dropped", "withdrawn")]
