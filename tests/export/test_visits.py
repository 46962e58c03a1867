"""The calendar file of one's own visits, read back: whole days, stable, Chinese, and nobody's phone in it."""

from __future__ import annotations

from datetime import date, timedelta

import icalendar
import pytest

from lib.export import visits
from lib.settings import today
from lib.store.bulk import bulk
from lib.store.models import DueItem
from lib.store.session import Refused
from lib.work.identity import names_somebody
from tests.care.test_visits import put
from tests.cast import OWN, ZHANG, SmallBank, filled, identity_of, number_of, phone_of, scope


@pytest.fixture
def planned(sqlite_bank: SmallBank) -> SmallBank:
    put()
    with bulk("test") as session:
        for item_id, kind, ahead, given in (
            (21, "follow_up", 90, {"title": f"回电 {phone_of(OWN)}"}), (22, "visit", 91, {}),
            (23, "visit", 5, {"state": "done"}),
        ):  # fmt: skip
            day = today() + timedelta(days=ahead)
            session.add(filled(DueItem, **{
                "customer_id": OWN, "id": item_id, "kind": kind, "subject_key": str(item_id), "due_on": day,
                "original_due_on": day, "owner_id": ZHANG, "attempts": 0, **given,
            }))  # fmt: skip
    return sqlite_bank


def made(login: str) -> tuple[str, str, bytes]:
    name, media, content = visits.make(scope(login), {})
    return name, media, b"".join(content)


def events(login: str) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(made(login)[2]).walk("VEVENT"))


def test_ones_own_of_the_next_ninety_days(planned: SmallBank) -> None:
    found = events("rm.zhang")
    assert [event.decoded("dtstart") for event in found] == [
        today(), today() + timedelta(days=7), today() + timedelta(days=90)]  # fmt: skip
    assert [len(events(login)) for login in ("rm.gao", "rm.li", "head.wang")] == [1, 0, 0]


def test_each_is_a_whole_day_with_reminders(planned: SmallBank) -> None:
    for event in events("rm.zhang"):
        start = event.decoded("dtstart")
        assert type(start) is date and event.decoded("dtend") == start + timedelta(days=1)
        assert event.decoded("dtstamp").tzinfo is not None
        alarms = event.walk("VALARM")
        assert [alarm.decoded("trigger") for alarm in alarms] == [timedelta(hours=-15), timedelta(hours=9)]
        assert all(alarm["action"] == "DISPLAY" for alarm in alarms)


def test_the_same_visit_keeps_its_name_when_it_moves(planned: SmallBank) -> None:
    before = {str(event["uid"]): event["sequence"] for event in events("rm.zhang")}
    with bulk("test") as session:
        item = session.get_one(DueItem, (OWN, 12))
        item.due_on += timedelta(days=2)
    after = {str(event["uid"]): event["sequence"] for event in events("rm.zhang")}
    assert set(after) == set(before) and len(after) == 3
    assert sum(after.values()) == sum(before.values()) + 1


def test_chinese_and_nothing_that_names_somebody(planned: SmallBank) -> None:
    name, media, content = made("rm.zhang")
    assert (name, media) == ("回访计划.ics", "text/calendar; charset=utf-8")
    said = [str(event["summary"]) for event in events("rm.zhang")]
    assert said[0] == f"特殊客户走访 欧阳小明 {number_of(OWN)}"
    text = content.decode("utf-8").replace("\r\n ", "")
    assert "江河机械有限公司" in text and phone_of(OWN) not in text and identity_of(OWN) not in text
    assert not any(names_somebody(word) for one in said for word in one.split())
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@pytest.mark.parametrize("login", ["care.chen", "product.he", "check.sun", "admin.wu", "exec.zhou"])
def test_posts_without_customers_are_refused(planned: SmallBank, login: str) -> None:
    with pytest.raises(Refused):
        visits.make(scope(login), {})
