"""The meeting on paper and on the projector: nothing of the screen is printed, and nothing is wider than the wall."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.person import overflow, settled, sign_in


def test_paper_holds_the_findings_and_no_widget(page: Page, server: str) -> None:
    sign_in(page, server, "exec.zhou", "/review?section=churn")
    expect(page.locator(".crm-findings").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".crm-findings").first).to_be_visible()
    expect(page.locator(".crm-minutes").first).to_be_visible()
    for gone in ("stSidebar", "stSelectbox", "stTextInput", "stPageLink", "stButtonGroup"):
        for one in page.get_by_test_id(gone).all():
            expect(one).to_be_hidden()


def test_a_projector_and_a_phone_show_it_whole(page: Page, server: str) -> None:
    sign_in(page, server, "head.wang", "/review?section=off_target")
    for size in ({"width": 1920, "height": 1080}, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        settled(page)
        expect(page.locator(".crm-findings").first).to_be_visible()
        assert overflow(page) == 0
