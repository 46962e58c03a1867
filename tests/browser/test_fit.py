"""Every page is drawn in a real browser, fits its window and asks nobody outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from lib.store.rights import rights
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.person import overflow, sign_in

PAGES = ("directory", "directory?order=number&stage=all", "portrait", "tiers", "care", "care?show=list",
         "care?show=meetings", "care?view=standards", "complaints",
         "complaints?view=analysis", "complaints?view=actions", "complaints?register=1", "kpis", "review", "approvals",
         "rulebook", "rulebook?view=calendar", "rulebook?view=causes")  # fmt: skip
CAST = {"manager": "rm.zhang", "crm": "crm.zhao"}
SEEN = [(role, address) for role in CAST for address in PAGES if rights(role, address.split("?")[0]).see]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(("role", "address"), SEEN)
def test_a_page_fits_its_window(page: Page, server: str, role: str, address: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    sign_in(page, server, CAST[role], f"/{address}")
    assert page.url.startswith(f"{server}/{address}")
    assert "demo_user" not in page.url
    assert overflow(page) == 0
