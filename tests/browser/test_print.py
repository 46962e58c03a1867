"""The printed sheet of a customer is one page of paper, in both languages, and nothing of the screen is on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.hands import rows_of
from tests.browser.person import overflow, settled, sign_in

# The manager's customer with most to tell.
_RICHEST = """
    SELECT c.number FROM customer c JOIN staff s ON s.id = c.manager_id
    WHERE s.login = 'rm.zhang' AND c.kind = ? AND c.merged_into_id IS NULL
    ORDER BY (SELECT count(*) FROM holding h WHERE h.customer_id = c.customer_id)
           + (SELECT count(*) FROM contact t WHERE t.customer_id = c.customer_id) DESC
    LIMIT 1
"""


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def open_sheet(page: Page, server: str, demo_bank: Path, kind: str, language: str) -> str:
    """Open the sheet of the richest customer of a kind; its number."""
    ((number,),) = rows_of(demo_bank, _RICHEST, kind)
    sign_in(page, server, "rm.zhang", f"/portrait?customer={number}&print=1&lang={language}")
    expect(page.locator(".crm-sheet")).to_be_visible()
    return str(number)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", ["personal", "corporate"])
def test_one_customer_is_one_page(page: Page, server: str, demo_bank: Path, kind: str, language: str) -> None:
    open_sheet(page, server, demo_bank, kind, language)
    pdf = page.pdf(format="A4")
    assert pages_of(pdf) == 1
    page.emulate_media(media="print")
    for gone in ("stSidebar", "stHeader", "stToolbar", "stHeading", "stTextInput", "stPageLink", "stCaptionContainer"):
        for one in page.get_by_test_id(gone).all():
            expect(one).to_be_hidden()
    expect(page.locator(".crm-sheet")).to_be_visible()


def test_the_last_line_of_the_sheet_is_on_the_page(page: Page, server: str, demo_bank: Path) -> None:
    """The sheet is as wide as the paper, and what it holds is not cut at the bottom."""
    open_sheet(page, server, demo_bank, "personal", "zh_CN")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1032})  # A4 without its margins, at 96 dots an inch
    foot = page.locator(".crm-sheet footer").bounding_box()
    assert foot is not None and foot["y"] + foot["height"] <= 1032
    assert overflow(page) == 0


def test_from_the_portrait_to_the_sheet_and_back(page: Page, server: str, demo_bank: Path) -> None:
    number = open_sheet(page, server, demo_bank, "personal", "zh_CN")
    page.get_by_role("link", name="返回画像").click()
    settled(page)
    expect(page.locator(".crm-sheet")).to_have_count(0)
    page.get_by_role("link", name="打印一页").click()
    settled(page)
    expect(page.locator(".crm-sheet")).to_contain_text(number)
    page.set_viewport_size(PHONE)
    assert overflow(page) == 0
