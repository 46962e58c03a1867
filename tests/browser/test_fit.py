"""Every page is drawn in a real browser, fits its window and asks nobody outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from lib.store.rights import rights
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.person import overflow, sign_in

PAGES = ("directory", "directory?order=number&stage=all", "portrait", "tiers", "care", "care?show=list",
         "care?show=meetings", "care?view=standards", "complaints",
         "complaints?view=analysis", "complaints?view=actions", "complaints?register=1", "satisfaction",
         "satisfaction?view=surveys", "satisfaction?view=surveys&new=1", "satisfaction?view=verbatims",
         "satisfaction?view=unhappy", "satisfaction?view=checks", "satisfaction?view=findings",
         "satisfaction?view=waits", "engagement", "engagement?when=past", "engagement?view=communities",
         "engagement?view=referrals", "engagement?view=points", "appraisal",
         "appraisal?view=training&training=sessions", "appraisal?view=training&training=courses", "review",
         "kpis", "kpis?view=bullets", "kpis?view=compare", "kpis?kpi=visit_completion",
         "kpis?kpi=visit_completion&view=why", "kpis?kpi=visit_completion&view=branches", "approvals",
         "rulebook", "rulebook?view=calendar", "rulebook?view=causes", "churn?view=leaving")  # fmt: skip
CAST = {"manager": "rm.zhang", "crm": "crm.zhao"}
#: views a manager does not have: what is divided by branch, and the training of others
NOT_OF_MANAGERS = ("appraisal?view=training&training=sessions", "kpis?kpi=visit_completion&view=branches")
SEEN = [
    (role, address) for role in CAST for address in PAGES
    if rights(role, address.split("?")[0]).see and not (role == "manager" and address in NOT_OF_MANAGERS)
]  # fmt: skip


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(("role", "address"), SEEN)
def test_a_page_fits_its_window(page: Page, server: str, role: str, address: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    sign_in(page, server, CAST[role], f"/{address}")
    assert page.url.startswith(f"{server}/{address}")
    assert "demo_user" not in page.url
    assert overflow(page) == 0
