"""A manager's morning: ten people contacted and logged, at the desk by keyboard alone and on a phone by touch."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from lib.words import name
from tests.browser.conftest import PHONE
from tests.browser.hands import keyed, rows_of
from tests.browser.person import overflow, settled, sign_in

LOGGED = """
SELECT count(*), sum(outcome = 'reached'), sum(outcome = 'not_reached'), sum(next_step IS NOT NULL) FROM contact
WHERE form_key LIKE '%' AND staff_id = (SELECT id FROM staff WHERE login = ?) AND form_key NOT LIKE 'demo-%'
"""
OPEN = """
SELECT count(*) FROM due_item WHERE state = 'open' AND kind = 'follow_up' AND title = ?
AND owner_id = (SELECT id FROM staff WHERE login = ?)
"""


def at_work(page: Page) -> str:
    """Whom the pane shows."""
    return keyed(page, "today-one").get_by_role("link").first.inner_text().split()[-1]


def saved(page: Page, before: str) -> None:
    """Wait until what was done with this person is said, and another one is open."""
    expect(page.get_by_test_id("stAlert").filter(has_text=f"{before}：")).to_be_visible()
    settled(page)


def test_ten_contacts_by_keyboard_alone(page: Page, server: str, own_bank: Path) -> None:
    sign_in(page, server, "rm.zhang")
    assert page.url.endswith("/today"), "managers land on their day"
    keys = page.keyboard
    begun = rows_of(own_bank, LOGGED, "rm.zhang")[0]
    first = at_work(page)
    keys.press("j")
    settled(page)
    assert at_work(page) != first
    keys.press("k")
    settled(page)
    assert at_work(page) == first
    for number in range(10):
        who = at_work(page)
        keys.press("2" if number % 5 == 4 else "1")
        settled(page)
        if number == 0:
            _write_by_keyboard(page)  # and leaves the focus on a button, which takes Ctrl+Enter for itself
        else:
            keys.press("n")
            keys.type("沟通近况与资金安排")  # a meeting has minutes
        keys.press("Control+Enter" if number % 2 else "Control+s")
        saved(page, who)
    now = rows_of(own_bank, LOGGED, "rm.zhang")[0]
    assert [after - (before or 0) for after, before in zip(now, begun, strict=True)] == [10, 8, 2, 1]
    assert rows_of(own_bank, OPEN, "送利率表 jk1s", "rm.zhang") == [(1,)]
    _put_off_by_keyboard(page)
    assert overflow(page) == 0


def _write_by_keyboard(page: Page) -> None:
    """N to the note, Tab to the next step; the single keys are letters there, and the day is chosen by arrow."""
    keys = page.keyboard
    keys.press("n")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    keys.type("问了三年期利率 jk1s")
    _tab_to(page, f"input[aria-label='{name('contact_field', 'next_step')}']")
    keys.type("送利率表 jk1s")
    keys.press("Tab")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("Space")


def _tab_to(page: Page, wanted: str) -> None:
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


def _put_off_by_keyboard(page: Page) -> None:
    who, keys = at_work(page), page.keyboard
    keys.press("s")
    settled(page)
    keys.press("n")
    keys.type("客户出差")
    keys.press("Control+Enter")
    saved(page, who)
    expect(page.get_by_test_id("stAlert").filter(has_text="暂缓至")).to_be_visible()


def test_ten_contacts_on_a_phone_by_touch(browser: Browser, server: str, own_bank: Path) -> None:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE, has_touch=True)
    page = context.new_page()
    sign_in(page, server, "rm.li", "/today")
    begun = rows_of(own_bank, LOGGED, "rm.li")[0]
    second = page.locator("[class*='st-key-today-pick-']").nth(1).get_by_role("button")
    second.tap()
    settled(page)
    for number in range(10):
        who = at_work(page)
        if number % 5 == 4:
            page.get_by_role("radio", name=name("contact_outcome", "not_reached")).tap()
        page.get_by_label(name("contact_field", "note")).first.fill("沟通近况与资金安排")  # a meeting has minutes
        page.get_by_role("button", name="记录，下一位").first.tap()
        saved(page, who)
    now = rows_of(own_bank, LOGGED, "rm.li")[0]
    assert [after - (before or 0) for after, before in zip(now[:3], begun[:3], strict=True)] == [10, 8, 2]
    assert overflow(page) == 0
    context.close()
