"""The gateway: nothing twice, nothing to who opted out meanwhile, reports in any order; what failed is done again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lib.jobs import outbox
from lib.jobs.outbox import Result
from lib.settings import BANK_ZONE, today
from lib.store import models as m
from lib.store.bulk import bulk
from tests.care.writing import clean, due_item, given, message, queued
from tests.cast import FIRM, NORTH, OWN, UNASSIGNED, ZHANG, SmallBank, filled, number_of, phone_of

NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)
CROWD = range(7000, 7060)


@pytest.fixture(autouse=True)
def at_noon(bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clean()
    monkeypatch.setattr(outbox, "business_now", lambda: NOON)
    monkeypatch.setattr(outbox, "today", lambda: today() + timedelta(days=2))
    quiet(monkeypatch, False)
    yield


def quiet(monkeypatch: pytest.MonkeyPatch, said: bool) -> None:
    monkeypatch.setattr(outbox.Rules, "is_quiet", lambda _self, _day: said)


def crowd() -> None:
    """Sixty customers with a message each."""
    with bulk("test") as session:
        for one in CROWD:
            session.add(filled(m.Customer, customer_id=one, number=f"C{one}", name=f"客户{one}", kind="personal",
                               stage="customer", phone_masked="138****0000", manager_id=ZHANG,
                               branch_id=NORTH))  # fmt: skip
        session.flush()
        for one in CROWD:
            session.add(filled(m.Message, customer_id=one, id=one, channel="sms", occasion="festival", text="您好",
                               state="queued", send_on=today(), staff_id=ZHANG, branch_id=NORTH))  # fmt: skip


def test_taken_with_the_address_in_clear_and_on_record() -> None:
    row = queued()
    batch = outbox.take("sms")
    assert [(one.id, one.customer, one.address, one.text) for one in batch.messages] == [
        (row.id, number_of(OWN), phone_of(OWN), row.text)
    ]
    assert (message(row.id).state, message(row.id).taken_at) == ("taken", NOON)
    with bulk("look", write=False) as session:
        entry = session.scalars(select(m.AccessEntry).where(m.AccessEntry.what == "outbox:sms")).one()
        assert (entry.customer_id, entry.actor, entry.reason) == (OWN, "gateway", f"batch {batch.id}")
        batches = session.scalars(select(m.AuditEntry.after).where(m.AuditEntry.actor == "outbox")).all()
        assert batches == [{f"taken sms {batch.id}": 1}]
    assert outbox.take("sms").messages == () and outbox.take("email").messages == ()


def test_an_address_for_each_channel() -> None:
    for channel, preferred in (("email", "email"), ("wechat", "wechat"), ("app", "online")):
        clean()
        given(OWN, preferred_channel=preferred)
        queued(channel=channel, once=channel)
        (one,) = outbox.take(channel).messages
        assert one.address == (f"{OWN}@example.com" if channel == "email" else number_of(OWN))


def test_two_gateways_never_get_the_same(bank: SmallBank) -> None:
    crowd()
    got: list[int] = []
    start = threading.Barrier(4)

    def gateway() -> None:
        start.wait()
        for _round in range(30):
            batch = outbox.take("sms", most=7)
            if not batch.messages:
                return
            got.extend(one.id for one in batch.messages)

    both = [threading.Thread(target=gateway) for _n in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(got) == list(CROWD)


@pytest.mark.parametrize(("values", "why"), [
    ({"do_not_contact": True}, "do_not_contact"), ({"stage": "former"}, "not_customer"),
    ({"phone_masked": None}, "no_address"),
])  # fmt: skip
def test_who_changed_meanwhile_is_left_out(values: dict[str, Any], why: str) -> None:
    due_item()
    row = queued(item_id=900)
    given(OWN, **values)
    batch = outbox.take("sms")
    assert (batch.messages, batch.cancelled) == ((), 1)
    assert (message(row.id).state, message(row.id).failure) == ("cancelled", why)
    with bulk("look", write=False) as session:
        assert session.get_one(m.DueItem, (OWN, 900)).state == "open"
        assert not session.scalars(select(m.AccessEntry).where(m.AccessEntry.what == "outbox:sms")).all()


def test_service_goes_to_who_asked_to_be_left_alone() -> None:
    row = queued(occasion="service")
    given(OWN, do_not_contact=True)
    assert [one.id for one in outbox.take("sms").messages] == [row.id]


def test_a_complaint_holds_back_what_advertises_alone() -> None:
    rows = {queued(occasion="product", once="a").id: "cancelled", queued(customer_id=FIRM, once="b").id: "taken"}
    with bulk("test") as session:
        session.execute(update(m.Case).values(state="received"))
    outbox.take("sms")
    assert {one: message(one).state for one in rows} == rows


@pytest.mark.parametrize(("hour", "goes"), [(8, False), (9, True), (19, True), (20, False), (23, False), (0, False)])
def test_the_hours(hour: int, goes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    queued()
    at = datetime(2026, 10, 12, hour, 59 if hour in (8, 19) else 0, tzinfo=BANK_ZONE)
    monkeypatch.setattr(outbox, "business_now", lambda: at)
    batch = outbox.take("sms")
    assert (len(batch.messages), batch.why) == ((1, "") if goes else (0, "outside_hours"))


def test_on_a_quiet_day_service_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    queued()
    service = queued(customer_id=FIRM, occasion="service", once="s")
    quiet(monkeypatch, True)
    assert [one.id for one in outbox.take("sms").messages] == [service.id]
    assert outbox.take("sms").why == "quiet_day"


def test_not_before_its_day() -> None:
    queued(send_on=today() + timedelta(days=3))
    assert outbox.take("sms").messages == ()


def test_nothing_of_a_cancelled_campaign() -> None:
    row = queued()
    with bulk("test") as session:
        session.add(filled(m.Campaign, id=70, owner_id=ZHANG, state="cancelled"))
        session.get_one(m.Message, (OWN, row.id)).campaign_id = 70
    assert outbox.take("sms").messages == ()


def test_a_killed_gateway_gets_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row, half = queued(), timedelta(minutes=30)
    outbox.take("sms")
    assert outbox.take("sms", again_after=half).messages == ()
    monkeypatch.setattr(outbox, "business_now", lambda: NOON + timedelta(minutes=31))
    assert outbox.take("sms").messages == ()
    assert [one.id for one in outbox.take("sms", again_after=half).messages] == [row.id]
    assert outbox.take("sms", again_after=half).messages == ()


def said(row: m.Message, *statuses: str) -> list[outbox.Reported]:
    return [outbox.report([Result(row.id, one, NOON, "g-1", "空号" if one == "failed" else None)]) for one in statuses]


@pytest.mark.parametrize(("statuses", "state", "written"), [
    (("sent",), "sent", 1), (("sent", "delivered"), "delivered", 2),
    (("delivered", "sent"), "delivered", 1),
    (("sent", "sent"), "sent", 1), (("delivered", "delivered"), "delivered", 1), (("sent", "failed"), "failed", 2),
    (("failed", "sent"), "failed", 1), (("delivered", "failed"), "delivered", 1),
    (("failed", "delivered"), "failed", 1),
])  # fmt: skip
def test_reports_in_any_order_and_twice(statuses: tuple[str, ...], state: str, written: int) -> None:
    row = queued()
    outbox.take("sms")
    done = said(row, *statuses)
    assert (message(row.id).state, sum(one.written for one in done)) == (state, written)
    assert message(row.id).gateway_reference == "g-1"
    final = set(statuses) == {"delivered", "failed"}
    assert [one.contradicting for one in done] == [[], [row.id]][: len(done)] if final else True


def test_what_was_never_taken_or_is_unknown_is_told() -> None:
    row = queued()
    done = outbox.report([Result(row.id, "sent"), Result(424242, "sent")])
    assert (done.written, done.not_taken, done.unknown) == (0, [row.id], [424242])
    assert message(row.id).state == "queued"


def test_what_failed_is_to_be_done_again() -> None:
    due_item()
    row = queued(item_id=900)
    outbox.take("sms")
    said(row, "failed")
    with bulk("look", write=False) as session:
        item = session.get_one(m.DueItem, (OWN, 900))
    assert (item.state, item.outcome, item.ended_by) == ("open", None, None)
    assert message(row.id).failure == "空号"


def test_where_things_stand() -> None:
    queued()
    queued(customer_id=FIRM, once="later", send_on=today() + timedelta(days=4))
    outbox.take("sms")
    (one,) = outbox.status(timedelta(minutes=30))
    told = {key: one[key] for key in ("channel", "queued", "due", "taken", "unreported")}
    assert told == {"channel": "sms", "queued": 1, "due": 0, "taken": 1, "unreported": 0}


def test_a_record_without_a_message_is_never_made(bank: SmallBank) -> None:
    before = _count()
    outbox.take("sms")
    assert _count() == before and UNASSIGNED


def _count() -> int:
    with bulk("look", write=False) as session:
        return session.scalar(select(func.count(m.AuditEntry.id))) or 0
