"""What a conversation does to due items: ends, tries again, plans; and the minutes of a meeting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from lib.settings import business_now, today
from lib.store.bulk import bulk
from lib.store.ids import new_id
from lib.store.models import Contact, Customer, DueItem
from lib.store.session import open_session
from lib.work.contacts import ContactForm, log_contact
from tests.cast import FIRM, OWN, ZHANG, SmallBank, scope

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_due(bank: SmallBank) -> None:
    with bulk("test") as session:
        session.rows(delete(DueItem))
        session.rows(update(Customer).values(tier="vip"))


def due(kind: str, customer_id: int = OWN, owner: int = ZHANG, **values: Any) -> int:
    with bulk("test") as session:
        item = DueItem(customer_id=customer_id, id=new_id(), kind=kind, subject_key=kind, due_on=today(), state="open",
                       original_due_on=today(), owner_id=owner, branch_id=1, by_rule=True, **values)  # fmt: skip
        session.add(item)
        return item.id


def log(login: str = "rm.zhang", customer_id: int = OWN, key: str = "k", **form: Any) -> None:
    said = {"channel": "phone", "purpose": "visit", "outcome": "reached",
            "happened_at": business_now() - timedelta(minutes=1), **form}  # fmt: skip
    with open_session(scope(login), "today", write=True) as session:
        log_contact(session, customer_id, ContactForm(**said), key)


def items(customer_id: int = OWN) -> dict[str, DueItem]:
    with bulk("test", write=False) as session:
        found = session.scalars(select(DueItem).where(DueItem.customer_id == customer_id).order_by(DueItem.id))
        return {f"{one.kind}.{one.state}": one for one in found}


@pytest.mark.parametrize(("kind", "purpose", "ends"), [
    ("visit", "sales", True), ("churn", "visit", True), ("check", "care", True),
    ("meeting", "visit", False), ("meeting", "meeting", True),
    ("birthday", "visit", False), ("birthday", "care", True), ("festival", "care", True),
    ("maturity", "care", False), ("maturity", "milestone", True), ("life_event", "milestone", True),
    ("refresh", "visit", False), ("follow_up", "visit", False), ("capacity", "visit", False),
])  # fmt: skip
def test_what_a_talk_ends_by_itself(bank: SmallBank, kind: str, purpose: str, ends: bool) -> None:
    due(kind)
    log(purpose=purpose, note="谈了近况")
    assert (f"{kind}.done" in items()) is ends


def test_what_it_was_about_is_done_whatever_the_kind(bank: SmallBank) -> None:
    log(about=(due("follow_up", title="回电"),))
    done = items()["follow_up.done"]
    with bulk("test", write=False) as session:
        contact = session.scalars(select(Contact).where(Contact.form_key == "k")).one()
    assert (done.ended_by, done.contact_id, contact.due_item_id) == (ZHANG, contact.id, done.id)


def test_a_visit_with_a_title_of_its_own_waits_for_its_own_talk(bank: SmallBank) -> None:
    due("visit", title="年度资产回顾")
    log()
    assert "visit.open" in items()


def test_the_next_visit_is_planned_an_interval_on_once(bank: SmallBank) -> None:
    due("visit")
    log()
    planned = items()["visit.open"]
    assert (planned.due_on, planned.owner_id, planned.subject_key) == (
        today() + 60 * DAY, ZHANG, (today() + 60 * DAY).isoformat())  # fmt: skip
    log(key="k2")
    assert items()["visit.done"].id and items()["visit.open"].due_on == today() + 60 * DAY


def test_who_asked_to_be_left_alone_is_not_planned_for(bank: SmallBank) -> None:
    due("visit")
    with bulk("test") as session:
        session.rows(update(Customer).values(do_not_contact=True))
    log()
    assert set(items()) == {"visit.done"}


def test_not_reached_is_not_done_and_comes_back_tomorrow(bank: SmallBank) -> None:
    about = due("visit")
    for attempt in (1, 2):
        log(outcome="not_reached", about=(about,), key=f"k{attempt}")
        one = items()["visit.open"]
        assert (one.attempts, one.snoozed_until, one.due_on) == (attempt, today() + DAY, today())


def test_the_same_form_sent_twice_does_everything_once(bank: SmallBank) -> None:
    about = due("visit")
    for _click in range(2):
        log(outcome="not_reached", about=(about,))
    assert items()["visit.open"].attempts == 1


def test_the_next_step_is_planned_for_its_day(bank: SmallBank) -> None:
    log(outcome="follow_up", next_step="寄送产品说明", next_on=today() + 3 * DAY)
    step = items()["follow_up.open"]
    assert (step.title, step.due_on, step.owner_id) == ("寄送产品说明", today() + 3 * DAY, ZHANG)
    assert step.contact_id is not None


def test_a_meeting_keeps_who_came_and_plans_what_was_agreed(bank: SmallBank) -> None:
    due("meeting", FIRM)
    agreed = (("报送授信材料", today() + 7 * DAY), ("安排高层拜访", today() + 20 * DAY))
    log(customer_id=FIRM, purpose="meeting", note="确认下季用款", attendees="王总、李会计", actions=agreed)
    with bulk("test", write=False) as session:
        plans = session.scalars(select(DueItem).where(DueItem.kind == "follow_up").order_by(DueItem.due_on)).all()
        [met] = session.scalars(select(Contact).where(Contact.form_key == "k")).all()
    assert [(one.title, one.due_on, one.contact_id) for one in plans] == [(*each, met.id) for each in agreed]
    assert met.attendees == "王总、李会计" and "meeting.done" in items(FIRM)


@pytest.mark.parametrize(("form", "field"), [
    ({"next_on": date(2020, 1, 1), "next_step": "x"}, "next_on"),
    ({"next_on": date(2100, 1, 1)}, "next_step"),
    ({"outcome": "follow_up"}, "next_step"),
    ({"purpose": "meeting"}, "note"),
    ({"purpose": "meeting", "note": "x", "actions": ((" ", date(2100, 1, 1)),)}, "actions"),
    ({"purpose": "meeting", "note": "x", "actions": (("x", date(2020, 1, 1)),)}, "actions"),
    ({"attendees": "x" * 201}, "attendees"),
])  # fmt: skip
def test_what_keeps_it_from_being_logged(form: dict[str, Any], field: str) -> None:
    said = {"channel": "phone", "purpose": "visit", "outcome": "reached", "happened_at": business_now(), **form}
    assert [one.field for one in ContactForm(**said).problems(business_now())] == [field]


def test_a_meeting_nobody_came_to_needs_no_minutes() -> None:
    form = ContactForm("visit", "meeting", "not_reached", business_now())
    assert form.problems(business_now()) == []


def test_what_is_a_colleague_s_is_left_to_them(bank: SmallBank) -> None:
    due("visit", owner=13)
    log()
    assert set(items()) == {"visit.open"}
    log(login="head.wang", key="k2")
    assert "visit.done" in items()
