"""The browser bench sees what it must refuse."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import outside
from tests.browser.person import overflow


def test_outside_addresses_are_told_from_our_own() -> None:
    own = [
        "http://127.0.0.1:8501/x",
        "ws://localhost:8501/_stcore/stream",
        "data:image/png;base64,AA",
        "about:blank",
    ]
    foreign = ["https://fonts.gstatic.com/a.woff2", "http://127.0.0.1.example.com/", "ws://10.0.0.1/"]
    assert outside(own + foreign) == foreign


def test_a_page_wider_than_its_window_is_measured(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 300})
    page.set_content("<div style='width: 900px; height: 9px'></div>")
    assert overflow(page) > 400
    page.set_content("<p>窄</p>")
    assert overflow(page) == 0
