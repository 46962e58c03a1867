"""An event at the screen: planned and filled from a saved view by the head, registered and ticked by a manager."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from lib.words import name
from tests.browser.conftest import PHONE
from tests.browser.hands import fill, press, press_row, read_table, rows_of
from tests.browser.person import overflow, settled, sign_in

VIEW = (
    "INSERT INTO saved_view (id, page, name, query, shared, owner_id, branch_id, created_at, version)"
    " SELECT 77, 'directory', '个人客户', '{\"kind\": \"personal\"}', 'own', id, branch_id, '2026-11-01 00:00:00', 1"
    " FROM staff WHERE login = 'head.wang'"
)
KINDS = "SELECT DISTINCT c.kind FROM customer c JOIN invitation i ON i.customer_id = c.customer_id WHERE i.event_id = ?"
WAITS = (
    "SELECT count(*) FROM due_item WHERE kind = 'event' AND state = 'open' AND subject_key = ?"
    " AND owner_id = (SELECT id FROM staff WHERE login = 'rm.zhang')"
)


def write(bank: Path, question: str, *values: object) -> None:
    """Change the bank beside the server: a filter kept before, a day that passes."""
    with closing(sqlite3.connect(bank, timeout=20)) as link:
        link.execute(question, values)
        link.commit()


def test_planned_invited_registered_ticked_and_closed(page: Page, beside: Page, server: str, own_bank: Path) -> None:
    write(own_bank, VIEW)
    ((branch,),) = rows_of(own_bank, "SELECT branch_id FROM staff WHERE login = 'head.wang'")
    sign_in(page, server, "head.wang", "/engagement?plan=1")
    fill(page, f"event-new-{branch}-title", "岁末理财沙龙")
    fill(page, f"event-new-{branch}-place", "二楼贵宾室")
    press(page, f"event-new-{branch}-save")
    page.wait_for_url(re.compile(r"event=\d+"))
    (event,) = re.findall(r"event=(\d+)", page.url)
    settled(page)
    press(page, "event-to-open")
    page.goto(f"{server}/engagement?event={event}&part=invite&list=view-77")
    settled(page)
    press(page, "event-invite")
    ((invited,),) = rows_of(own_bank, "SELECT count(*) FROM invitation WHERE event_id = ?", int(event))
    assert invited > 3 and rows_of(own_bank, KINDS, int(event)) == [("personal",)]

    beside.set_viewport_size(PHONE)
    sign_in(beside, server, "rm.zhang", f"/engagement?event={event}")
    guests = read_table(beside, "event-guest-list")
    assert 0 < len(guests) < invited  # a manager sees the own customers alone
    press_row(beside, "event-guest-list", 0)
    press(beside, "guests-seat")
    assert [row["状态"] for row in read_table(beside, "event-guest-list")].count(name("guest_state", "registered")) == 1
    assert overflow(beside) == 0

    write(own_bank, "UPDATE event SET starts_at = datetime('now', '-1 day') WHERE id = ?", int(event))
    beside.reload()
    settled(beside)
    press_row(beside, "event-guest-list", 0)
    press(beside, "guests-came")
    assert read_table(beside, "event-guest-list")[0]["状态"] == name("guest_state", "attended")
    assert rows_of(own_bank, WAITS, f"event-{event}") == [(1,)]  # to be spoken with in the days after

    page.goto(f"{server}/engagement?event={event}")
    settled(page)
    press(page, "event-to-held")
    press(page, "event-to-closed")
    expect(page.get_by_text(name("event_state", "closed")).first).to_be_visible()
    expect(page.get_by_role("radio", name="结果").or_(page.get_by_role("button", name="结果")).first).to_be_visible()
    assert rows_of(own_bank, "SELECT state FROM event WHERE id = ?", int(event)) == [("closed",)]
