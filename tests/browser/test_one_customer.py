"""One customer from the portrait at the screen, a person and a firm: what to do next is done, a key field is asked
for, seen to wait, checked by another, and stands in history; found again by any word of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.store.search import words_of
from lib.words import name
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import enter, fill, keyed, open_tab, press, press_row, read_table, rows_of, say_yes
from tests.browser.person import overflow, settled, sign_in

# The manager's customers of a kind of whom nothing is asked and nothing was merged.
_FREE = """
    SELECT c.number, c.name FROM customer c JOIN staff s ON s.id = c.manager_id
    WHERE s.login = 'rm.zhang' AND c.kind = ? AND c.stage = 'customer' AND c.do_not_contact = 0
      AND c.merged_into_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM change_request r WHERE r.customer_id = c.customer_id)
    ORDER BY c.number
"""
WHO = pytest.mark.parametrize(
    ("kind", "size", "which"),
    [("personal", DESKTOP, 0), ("personal", PHONE, 1), ("corporate", DESKTOP, 0), ("corporate", PHONE, 1)],
    ids=["person-desktop", "person-phone", "firm-desktop", "firm-phone"],
)


@WHO
def test_from_the_portrait_through_the_review_and_back(
    page: Page, beside: Page, server: str, demo_bank: Path, kind: str, size: dict[str, int], which: int
) -> None:
    number, called = rows_of(demo_bank, _FREE, kind)[which]
    for window in (page, beside):
        window.set_viewport_size(size)
    find_it(page, server, number, called)
    plan_a_visit(page, number)
    ask_for_an_address(page, number)
    request = who_asked_does_not_decide(page)
    sign_in(beside, server, "check.sun", f"/approvals?request={request}")
    say_yes(beside)
    assert overflow(beside) == 0
    page.goto(f"{server}/portrait?customer={number}")
    settled(page)
    open_tab(page, "资料")
    expect(keyed(page, "portrait-particulars")).to_contain_text("新港路 8 号")
    in_history(page)
    assert overflow(page) == 0


def find_it(page: Page, server: str, number: str, called: str) -> None:
    """By pinyin from a page that is not the portrait."""
    sign_in(page, server, "rm.zhang", "/directory")
    enter(page, "customer-search", words_of(called)[-2])
    if f"customer={number}" not in page.url:
        numbers = [row["客户号"] for row in read_table(page, "portrait-found")]
        press_row(page, "portrait-found", numbers.index(number))
    expect(page.get_by_role("heading", name=called, exact=True)).to_be_visible()
    assert overflow(page) == 0


def plan_a_visit(page: Page, number: str) -> None:
    """It stands on top as soon as it is planned."""
    open_tab(page, "服务记录")
    keyed(page, "portrait-plan-open").locator("summary").click()
    settled(page)
    fill(page, f"plan-{number}-tab-title", "看望并送台历")
    press(page, f"plan-{number}-tab-save")
    expect(keyed(page, "portrait-matters").get_by_text("看望并送台历")).to_be_visible()


def ask_for_an_address(page: Page, number: str) -> None:
    """Nothing changes yet, and the portrait says that it waits."""
    open_tab(page, "资料")
    page.get_by_text("申请修改关键信息").click()
    fill(page, f"info-{number}-address", "滨江市新港路 8 号")
    fill(page, f"info-{number}-reason", "客户当面告知搬家")
    press(page, f"info-{number}-save")
    waits = keyed(page, "portrait-matters")
    expect(waits.get_by_text(name("request_state", "pending")).first).to_be_visible()
    expect(waits.get_by_role("link", name="待复核：地址")).to_be_visible()
    expect(keyed(page, "portrait-particulars")).not_to_contain_text("新港路 8 号")


def who_asked_does_not_decide(page: Page) -> str:
    """Their own request offers to take it back, never to agree; its id."""
    keyed(page, "portrait-matters").get_by_role("link", name="待复核：地址").click()
    page.wait_for_url("**/approvals?request=*")
    settled(page)
    expect(page.get_by_text("撤回申请")).to_be_visible()
    expect(page.get_by_role("radio", name=name("request_act", "agreed"), exact=True)).to_have_count(0)
    return page.url.split("request=")[1]


def in_history(page: Page) -> None:
    """Who asked, who agreed to it: the field has its past."""
    page.get_by_text("修改历史").click()
    settled(page)
    assert "地址" in [row["字段"] for row in read_table(page, "portrait-history")]
