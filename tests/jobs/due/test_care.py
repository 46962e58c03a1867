"""Greetings, events and what matures: on their day by either calendar, of the tiers the rule names, each once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lib.jobs.due.care import solar_keys, write_care_items
from lib.settings import today
from lib.store.ids import new_id
from lib.store.models import Account, Holding, LifeEvent
from lib.work import lunar
from tests.cast import FIRM, OWN, SmallBank
from tests.jobs.due import making
from tests.jobs.due.making import add, given, items, run

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_due(bank: SmallBank) -> None:
    making.nothing()


def held(customer_id: int, in_days: int, fen: int = 10_000_000, **values: Any) -> None:
    matures = today() + in_days * DAY
    add(Holding(customer_id=customer_id, id=new_id(), product_id=1, category="deposit", currency="CNY",
                amount_fen=fen, started_on=today() - 100 * DAY, matures_on=matures, **values))  # fmt: skip


@pytest.mark.parametrize(("day", "keys"), [
    (date(2027, 2, 28), ["02-28", "02-29"]),
    (date(2028, 2, 28), ["02-28"]),
    (date(2028, 2, 29), ["02-29"]),
    (date(2027, 3, 1), ["03-01"]),
])  # fmt: skip
def test_the_twenty_ninth_of_february_is_kept_on_the_last_day(day: date, keys: list[str]) -> None:
    assert solar_keys(day) == keys


@pytest.mark.parametrize(("in_days", "tier", "listed"), [
    (0, "vip", True), (7, "vip", True), (8, "vip", False), (-1, "vip", False), (3, "mass", False),
])  # fmt: skip
def test_a_birthday_is_listed_a_week_ahead_for_the_tiers_greeted(
    bank: SmallBank, in_days: int, tier: str, listed: bool
) -> None:
    birthday = today() + in_days * DAY
    given(OWN, tier=tier, birth_date=birthday.replace(year=1980))
    run(write_care_items)
    assert [one.due_on for one in items("birthday", OWN)] == ([birthday] if listed else [])


def test_a_lunar_birthday_is_kept_on_its_lunar_day_and_not_on_the_solar_one(bank: SmallBank) -> None:
    solar, kept = today() + 2 * DAY, today() + 5 * DAY
    given(OWN, tier="vip", birth_date=solar.replace(year=1960), lunar_birthday=lunar.lunar_key(kept))
    run(write_care_items)
    assert [one.due_on for one in items("birthday", OWN)] == [kept]


def test_greeted_it_is_done_and_too_late_it_is_missed(bank: SmallBank) -> None:
    for customer_id in (OWN, FIRM):
        given(customer_id, tier="vip", kind="personal", birth_date=today().replace(year=1980, day=min(today().day, 28)))
    birthday = today().replace(day=min(today().day, 28))
    run(write_care_items, birthday)
    [one] = items("birthday", OWN)
    add(making.Contact(customer_id=OWN, id=new_id(), staff_id=1, channel="phone", purpose="care", outcome="reached",
                       happened_at=one.created_at + timedelta(minutes=5)))  # fmt: skip
    run(write_care_items, birthday + 2 * DAY)
    assert [each.state for each in items("birthday")] == ["done", "open"]
    run(write_care_items, birthday + 3 * DAY)
    assert [(each.state, each.outcome) for each in items("birthday")] == [("done", None), ("dropped", "missed")]


@pytest.mark.parametrize(("tier", "listed"), [("private", True), ("key", True), ("mass", False)])
def test_a_festival_is_listed_ten_days_ahead(bank: SmallBank, tier: str, listed: bool) -> None:
    given(OWN, tier=tier)
    spring = date(2027, 2, 6)
    run(write_care_items, spring - 11 * DAY)
    assert items("festival") == []
    run(write_care_items, spring - 10 * DAY)
    run(write_care_items, spring - 9 * DAY)
    assert [(one.about, one.due_on) for one in items("festival")] == ([("spring_festival", spring)] if listed else [])


@pytest.mark.parametrize(("event", "kind", "days"), [
    ("account_opened", "milestone", 7), ("important_product", "milestone", 7), ("home", "life_event", 14),
])  # fmt: skip
def test_an_event_asks_for_a_call(bank: SmallBank, event: str, kind: str, days: int) -> None:
    for _twice in range(2):
        add(LifeEvent(customer_id=OWN, id=new_id(), kind=event, happened_on=today() - 2 * DAY))
    run(write_care_items)
    run(write_care_items)
    [one] = items(kind, OWN)
    assert (one.about, one.about_on, one.due_on) == (event, today() - 2 * DAY, today() + (days - 2) * DAY)


def test_an_event_learned_of_late_is_due_today_and_an_old_one_is_no_reason(bank: SmallBank) -> None:
    add(LifeEvent(customer_id=OWN, id=new_id(), kind="home", happened_on=today() - 20 * DAY))
    add(LifeEvent(customer_id=OWN, id=new_id(), kind="child", happened_on=today() - 31 * DAY))
    add(LifeEvent(customer_id=OWN, id=new_id(), kind="information_verified", happened_on=today()))
    run(write_care_items)
    assert [(one.about, one.due_on) for one in items("life_event", OWN)] == [("home", today())]
    assert items("milestone") == []


@pytest.mark.parametrize(("tier", "in_days", "stage"), [
    ("private", 94, None), ("private", 93, 90), ("private", 34, 90), ("private", 33, 30), ("private", 11, 30),
    ("private", 10, 7), ("private", 0, 7), ("vip", 61, 60), ("vip", 40, 60), ("mass", 11, None), ("mass", 10, 7),
])  # fmt: skip
def test_what_matures_is_called_about_in_the_stages_of_the_tier(
    bank: SmallBank, tier: str, in_days: int, stage: int | None
) -> None:
    given(OWN, tier=tier)
    held(OWN, in_days)
    run(write_care_items)
    found = [(one.subject_key, one.value_fen, one.product_id, one.about_on) for one in items("maturity", OWN)]
    day = today() + in_days * DAY
    assert found == ([] if stage is None else [(f"{day}-{stage}", 10_000_000, 1, day)])
    if stage is not None:
        assert items("maturity")[0].due_on == max(day - stage * DAY, today())


def test_a_stage_is_not_listed_while_an_earlier_one_stands_and_follows_once_it_is_done(bank: SmallBank) -> None:
    given(OWN, tier="private")
    held(OWN, 60)
    run(write_care_items)
    run(write_care_items, today() + 30 * DAY)
    [one] = items("maturity", OWN)
    add(making.Contact(customer_id=OWN, id=new_id(), staff_id=1, channel="phone", purpose="milestone",
                       outcome="reached", happened_at=one.created_at + timedelta(minutes=5)))  # fmt: skip
    run(write_care_items, today() + 30 * DAY)
    assert [(each.subject_key[-2:], each.state) for each in items("maturity", OWN)] == [("90", "done"), ("30", "open")]


def test_pieces_of_one_day_are_one_call_and_small_ones_none(bank: SmallBank) -> None:
    given(OWN, tier="mass")
    held(OWN, 5, 3_000_000)
    held(OWN, 5, 4_000_000)
    held(OWN, 6, 4_999_999)
    held(OWN, 4, 90_000_000, ended_on=today())
    add(Account(customer_id=OWN, id=new_id(), number_masked="*", category="loan", currency="CNY",
                opened_on=today() - 300 * DAY, principal_fen=1_000, matures_on=today() + 5 * DAY))  # fmt: skip
    run(write_care_items)
    [one] = items("maturity", OWN)
    assert (one.value_fen, one.product_id) == (7_001_000, None)


def test_matured_without_a_call_is_missed(bank: SmallBank) -> None:
    given(OWN, tier="mass")
    held(OWN, 5)
    run(write_care_items)
    run(write_care_items, today() + 5 * DAY)
    assert [one.state for one in items("maturity")] == ["open"]
    run(write_care_items, today() + 6 * DAY)
    assert [(one.state, one.outcome) for one in items("maturity")] == [("dropped", "missed")]


def test_nothing_of_all_this_for_who_asked_to_be_left_alone(bank: SmallBank) -> None:
    given(OWN, tier="private", birth_date=today().replace(year=1980, day=min(today().day, 28)), do_not_contact=True)
    held(OWN, 5)
    add(LifeEvent(customer_id=OWN, id=new_id(), kind="home", happened_on=today()))
    run(write_care_items, today().replace(day=min(today().day, 28)))
    assert [one for kind in ("birthday", "maturity", "life_event") for one in items(kind)] == []
