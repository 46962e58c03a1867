"""The past of visits and greetings: consistent with the conversations, numbered as rules number, never made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from lib.jobs.demo import build
from lib.jobs.due import making
from lib.jobs.refresh import refresh
from lib.settings import bank_day, settings
from lib.store import models as m
from lib.store.bulk import bulk
from tests.jobs.demo.bank import TODAY, Rows

DAY = date.fromisoformat(TODAY)


def items(demo: Rows, *kinds: str) -> list[m.DueItem]:
    return [row for row in demo["due_item"] if not kinds or row.kind in kinds]


def test_every_kind_has_a_past_with_done_late_and_not_done(demo: Rows) -> None:
    for kind in ("visit", "meeting", "birthday", "festival", "maturity", "check"):
        found = items(demo, kind)
        states = Counter(row.state for row in found)
        assert states["done"] > states["dropped"] > 0, kind
        kept = [row for row in found if row.state == "done" and bank_day(row.ended_at) <= row.original_due_on]
        due = [row for row in found if row.original_due_on < DAY]
        assert 0.4 < len(kept) / len(due) < 0.97, kind
    moved = [row for row in items(demo, "visit") if row.due_on != row.original_due_on]
    assert {row.state for row in moved} == {"open", "done"}
    assert any(row.attempts for row in items(demo, "visit"))


def test_what_was_done_by_a_conversation_says_which(demo: Rows) -> None:
    contacts = {row.id: row for row in demo["contact"]}
    spoken = [row for row in items(demo) if row.contact_id and row.kind != "follow_up"]
    assert len(spoken) > 1000
    for row in spoken:
        talk = contacts[row.contact_id]
        assert (talk.customer_id, talk.happened_at, talk.staff_id) == (row.customer_id, row.ended_at, row.ended_by)
        assert talk.outcome != "not_reached" and row.created_at < row.ended_at


def test_what_was_agreed_belongs_to_a_meeting(demo: Rows) -> None:
    meetings = {row.id: row for row in demo["contact"] if row.purpose == "meeting"}
    agreed = items(demo, "follow_up")
    assert agreed and all(row.contact_id in meetings and row.title and not row.by_rule for row in agreed)
    assert all(meetings[row.contact_id].attendees for row in agreed)


def test_nobody_who_declined_left_or_is_no_customer(demo: Rows) -> None:
    customers = {row.customer_id: row for row in demo["customer"]}
    for row in items(demo):
        one = customers[row.customer_id]
        assert not one.do_not_contact and one.stage != "prospect"
        assert one.closed_on is None or row.original_due_on < one.closed_on


def test_numbered_as_rules_number_theirs(demo: Rows) -> None:
    for row in items(demo, "visit", "meeting", "birthday", "check"):
        day = row.original_due_on
        assert row.id == making.natural_id(row.kind, int(f"{day:%Y%m%d}")) and row.subject_key == day.isoformat()
    for row in items(demo, "maturity"):
        assert row.id == making.natural_id("maturity", int(f"{row.about_on:%Y%m%d}"), 7)


def test_the_refresh_makes_none_of_them_again(new_database: Callable[..., str], entered: Callable[[str], str]) -> None:
    entered(new_database("sqlite"))
    settings.cache_clear()
    build(200, 4, progress=lambda _said: None)
    before = told()
    refresh(lambda _said: None)
    after = told()
    past = {key: row for key, row in before.items() if row[0] != "open"}
    assert {key: after[key] for key in past} == past
    one_open = Counter((customer, kind) for (customer, kind, _key), row in after.items() if row[0] == "open")
    assert max(n for (_customer, kind), n in one_open.items() if kind in ("visit", "meeting", "check")) == 1


def told() -> dict[tuple[int, str, str], tuple[str, int]]:
    i = m.DueItem
    with bulk("look", write=False) as session:
        rows = session.execute(select(i.customer_id, i.kind, i.subject_key, i.state, i.version))
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}
