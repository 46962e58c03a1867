"""Calls to who is warned of, checks of special customers, questionnaires to renew: begun, ended and withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lib.jobs.due.watch import write_watch_items
from lib.settings import business_now, today
from lib.store.ids import new_id
from lib.store.models import Case
from lib.store.quarter import Quarter
from tests.cast import OWN, ZHANG, SmallBank
from tests.jobs.due import making
from tests.jobs.due.making import add, given, items, quarter_of, run, talked

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_due(bank: SmallBank) -> None:
    making.nothing()


def churn_case(**values: Any) -> Case:
    return Case(**{
        "customer_id": OWN, "id": new_id(), "number": "L1", "kind": "churn", "state": "received",
        "customer_kind": "personal", "channel": "warning_list", "business": "churn", "reason": "flow",
        "received_at": business_now(), **values,
    })  # fmt: skip


def test_who_is_warned_of_is_called_within_the_week_once_a_quarter(bank: SmallBank) -> None:
    add(quarter_of(OWN, churn_flag=1, at_risk_fen=123_400))
    run(write_watch_items)
    run(write_watch_items)
    [one] = items("churn")
    assert (one.due_on, one.value_fen, one.subject_key, one.owner_id) == (
        today() + 7 * DAY, 123_400, str(Quarter.of(today())), ZHANG)  # fmt: skip


def test_a_talk_ends_the_call_and_a_case_takes_it_over(bank: SmallBank) -> None:
    add(quarter_of(OWN, churn_flag=1, at_risk_fen=1))
    run(write_watch_items)
    add(churn_case())
    run(write_watch_items)
    assert [(one.state, one.outcome) for one in items("churn")] == [("dropped", "withdrawn")]


def test_with_an_open_case_there_is_no_call_and_after_its_end_there_is(bank: SmallBank) -> None:
    add(quarter_of(OWN, churn_flag=1, at_risk_fen=1))
    add(churn_case(state="closed", outcome="kept"))
    run(write_watch_items)
    assert [one.state for one in items("churn")] == ["open"]


def test_no_longer_warned_of_it_is_withdrawn(bank: SmallBank) -> None:
    add(quarter_of(OWN, churn_flag=1, at_risk_fen=1))
    run(write_watch_items)
    with making.bulk("test") as session:
        session.rows(making.update(making.CustomerQuarter).values(churn_flag=0))
    run(write_watch_items)
    assert [one.outcome for one in items("churn")] == ["withdrawn"]


@pytest.mark.parametrize(("days_ago", "due_in"), [(90, 0), (80, 10), (76, 14), (75, None)])
def test_special_customers_are_looked_after_every_ninety_days(
    bank: SmallBank, days_ago: int, due_in: int | None
) -> None:
    given(OWN, special_care="elderly")
    talked(OWN, days_ago)
    run(write_watch_items)
    found = [((one.due_on - today()).days, one.about) for one in items("check")]
    assert found == ([] if due_in is None else [(due_in, "elderly")])


def test_who_is_not_marked_any_more_is_not_checked(bank: SmallBank) -> None:
    given(OWN, special_care="disabled")
    talked(OWN, 90)
    run(write_watch_items)
    given(OWN, special_care=None)
    run(write_watch_items)
    assert [one.outcome for one in items("check")] == ["withdrawn"]


@pytest.mark.parametrize(("until_in", "due_in"), [(31, None), (30, 30), (0, 0), (-1, OWN % 30), (None, OWN % 30)])
def test_the_questionnaire_is_due_as_it_ends_for_who_holds_investments(
    bank: SmallBank, until_in: int | None, due_in: int | None
) -> None:
    add(quarter_of(OWN, has_wealth=1))
    until = None if until_in is None else today() + until_in * DAY
    given(OWN, risk_capacity="C3" if until else None, risk_capacity_until=until)
    run(write_watch_items)
    assert [(one.due_on - today()).days for one in items("capacity")] == ([] if due_in is None else [due_in])


def test_without_investments_it_is_not_due_and_renewed_it_is_done(bank: SmallBank) -> None:
    given(OWN, risk_capacity="C3", risk_capacity_until=today() - DAY)
    run(write_watch_items)
    assert items("capacity") == []
    add(quarter_of(OWN, has_wealth=1))
    run(write_watch_items)
    given(OWN, risk_capacity_until=today() + 365 * DAY)
    run(write_watch_items)
    assert [one.state for one in items("capacity")] == ["done"]
