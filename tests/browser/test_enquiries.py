"""First-asked responsibility at the screen: an enquiry answered at the counter in one form, another handed over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.words import name
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import choose, fill, keyed, open_tab, press, read_table, rows_of
from tests.browser.person import overflow, settled, sign_in

ELSEWHERE = (
    "SELECT number, name FROM customer WHERE stage = 'customer' AND kind = 'personal'"
    " AND manager_id = (SELECT id FROM staff WHERE login = 'rm.li') ORDER BY number DESC"
)
LI = "SELECT name FROM staff WHERE login = 'rm.li'"
SIZES = pytest.mark.parametrize(("size", "which"), [(DESKTOP, 0), (PHONE, 1)], ids=["desktop", "phone"])


def begin(page: Page, server: str, customer: str, question: str) -> str:
    """Open the registration for a customer and write what was asked; gives the key of its form."""
    page.goto(f"{server}/complaints?register=1&kind=enquiry&customer={customer}")
    settled(page)
    form = f"enquiry-{customer}"
    choose(page, f"{form}-business", name("complaint_business", "deposit"))
    fill(page, f"{form}-summary", question)
    return form


@SIZES
def test_asked_answered_and_settled_in_one_form(
    page: Page, server: str, demo_bank: Path, size: dict[str, int], which: int
) -> None:
    number, called = rows_of(demo_bank, ELSEWHERE)[which]
    asked = ("纪念币何时兑换", "硬币清点如何收费")[which]
    page.set_viewport_size(size)
    sign_in(page, server, "rm.zhang", "/complaints?kind=enquiry")
    form = begin(page, server, number, asked)
    expect(page.get_by_text(called)).to_have_count(0)  # nothing of a customer beyond one's own
    fill(page, f"{form}-answer", "三年期年利率 1.75%")
    keyed(page, f"{form}-save").get_by_role("button").dblclick()
    page.wait_for_url(re.compile(r"case=Z\d{6}-\d{5}"))
    settled(page)
    expect(page.get_by_text(name("enquiry_outcome", "answered")).first).to_be_visible()
    expect(page.get_by_text("三年期年利率 1.75%").first).to_be_visible()
    assert overflow(page) == 0
    page.goto(f"{server}/complaints?kind=enquiry&state=all&whose=first&text={asked}")
    settled(page)
    assert [row["状态"] for row in read_table(page, "enquiry-list")] == [name("enquiry_state", "closed")]


@SIZES
def test_what_one_cannot_answer_is_handed_over_with_its_reason(
    page: Page, beside: Page, server: str, demo_bank: Path, size: dict[str, int], which: int
) -> None:
    number, _called = rows_of(demo_bank, ELSEWHERE)[2 + which]
    ((colleague,),) = rows_of(demo_bank, LI)
    page.set_viewport_size(size)
    sign_in(page, server, "rm.zhang", "/complaints?kind=enquiry")
    form = begin(page, server, number, f"问遗产存款如何支取，第 {which} 次")
    press(page, f"{form}-save")
    page.wait_for_url(re.compile(r"case=Z\d{6}-\d{5}"))
    settled(page)
    case = re.findall(r"Z\d{6}-\d{5}", page.url)[0]
    open_tab(page, "移交")
    box = page.locator(f"[class*='st-key-hand-over-{case}'][class*='-to']").first
    key = re.findall(rf"st-key-(hand-over-{case}-\d+)-to", box.get_attribute("class") or "")[0]
    choose(page, f"{key}-to", f"{colleague}（{name('role', 'manager')}）")
    press(page, f"{key}-save")
    expect(page.get_by_text("请写明移交理由。")).to_be_visible()
    fill(page, f"{key}-reason", "客户由城中同事管户，请继续答复")
    press(page, f"{key}-save")
    expect(page.get_by_text(f"由{colleague}处理").first).to_be_visible()
    assert overflow(page) == 0
    sign_in(beside, server, "rm.li", "/complaints?kind=enquiry&whose=mine")
    assert case in {row["编号"] for row in read_table(beside, "enquiry-list")}
    beside.goto(f"{server}/complaints?case={case}")
    settled(beside)
    expect(beside.get_by_text("客户由城中同事管户，请继续答复")).to_be_visible()
