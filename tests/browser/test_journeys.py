"""Whole pieces of work on the demonstration bank, as the people of the cast do them at the screen."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.store.search import words_of
from lib.words import name
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import (
    choose,
    enter,
    fill,
    keyed,
    open_tab,
    press,
    press_row,
    read_table,
    rows_of,
    table,
)
from tests.browser.person import overflow, settled, sign_in

OF = "SELECT number, name FROM customer WHERE stage = 'customer' AND kind = 'personal' AND manager_id = "
MINE = "SELECT number, name FROM customer WHERE manager_id = (SELECT id FROM staff WHERE login = 'rm.zhang')"
ZHANG = OF + "(SELECT id FROM staff WHERE login = 'rm.zhang') ORDER BY number"
ELSEWHERE = OF + "(SELECT id FROM staff WHERE login = 'rm.li') ORDER BY number"
SIZES = pytest.mark.parametrize(("size", "which"), [(DESKTOP, 0), (PHONE, 1)], ids=["desktop", "phone"])


def test_the_address_asked_for_survives_the_door(page: Page, server: str, demo_bank: Path) -> None:
    number, called = rows_of(demo_bank, ZHANG)[0]
    page.goto(f"{server}/portrait?customer={number}")
    page.get_by_role("link", name="rm.zhang").click()
    settled(page)
    assert page.url == f"{server}/portrait?customer={number}"
    expect(page.get_by_role("heading", name=called)).to_be_visible()
    page.get_by_role("link", name="退出").click()
    expect(page.get_by_role("link", name="rm.zhang")).to_be_visible()
    page.goto(f"{server}/portrait?customer={number}")
    expect(page.get_by_role("heading", name=called)).to_have_count(0)
    expect(page.get_by_role("link", name="rm.zhang")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_customer_is_found_by_name_initials_and_number(
    page: Page, server: str, demo_bank: Path, size: dict[str, int]
) -> None:
    number, called = one_of_several(demo_bank)
    page.set_viewport_size(size)
    sign_in(page, server, "rm.zhang", "/portrait")
    enter(page, "customer-search", called)
    expect(page.get_by_role("heading", name=called, exact=True)).to_be_visible()
    assert f"customer={number}" in page.url
    enter(page, "customer-search-1", number)
    expect(page.get_by_role("heading", name=called, exact=True)).to_be_visible()
    enter(page, "customer-search-2", words_of(called)[-1])
    numbers = [row["客户号"] for row in read_table(page, "portrait-found")]
    press_row(page, "portrait-found", numbers.index(number))
    expect(page.get_by_role("heading", name=called, exact=True)).to_be_visible()
    assert overflow(page) == 0
    enter(page, "customer-search-3", rows_of(demo_bank, ELSEWHERE)[0][0])
    expect(page.get_by_text("或该客户不在你的权限范围内")).to_be_visible()


def one_of_several(bank: Path) -> tuple[str, str]:
    """Number and name of a customer whose name nobody shares and whose initials somebody does."""
    known = rows_of(bank, MINE)
    names = [called for _number, called in known]
    initials = Counter(words_of(called)[-1] for called in names)
    alone = (called for called in names if names.count(called) == 1 and len(called) == 3)
    wanted = next(called for called in alone if initials[words_of(called)[-1]] > 1)
    return next((number, called) for number, called in known if called == wanted)


@SIZES
def test_two_people_edit_one_field_and_the_second_decides(
    page: Page, beside: Page, server: str, demo_bank: Path, size: dict[str, int], which: int
) -> None:
    number, _called = rows_of(demo_bank, ZHANG)[which]
    page.set_viewport_size(size)
    for window, login in ((beside, "head.wang"), (page, "rm.zhang")):
        sign_in(window, server, login, f"/portrait?customer={number}")
        open_tab(window, "资料")
        window.get_by_text("修改资料").click()
    field = f"profile-{number}-occupation"
    before = keyed(page, field).locator("input").input_value()
    fill(beside, field, "园艺师")
    press(beside, f"profile-{number}-save")
    expect(keyed(beside, "portrait-particulars")).to_contain_text("园艺师")
    fill(page, field, "调琴师")
    press(page, f"profile-{number}-save")
    expect(page.get_by_text("这条记录刚被别人保存过")).to_be_visible()
    compared = page.get_by_test_id("stTable")
    for said in ("职业", "调琴师", "园艺师", before):
        expect(compared).to_contain_text(said)
    press(page, f"profile-{number}-{'mine' if which == 0 else 'theirs'}")
    page.reload()
    settled(page)
    open_tab(page, "资料")
    expect(keyed(page, "portrait-particulars")).to_contain_text("调琴师" if which == 0 else "园艺师")
    assert overflow(page) == 0


@SIZES
def test_a_contact_is_logged_once_and_a_phone_shown_for_a_reason(
    page: Page, server: str, demo_bank: Path, size: dict[str, int], which: int
) -> None:
    number, _called = rows_of(demo_bank, ZHANG)[2 + which]
    page.set_viewport_size(size)
    sign_in(page, server, "rm.zhang", f"/portrait?customer={number}")
    open_tab(page, "服务记录")
    note = f"说起孩子明年上学，第 {which} 次"
    choose(page, f"contact-{number}-purpose", name("contact_purpose", "care"))
    fill(page, f"contact-{number}-note", note)
    keyed(page, f"contact-{number}-save").get_by_role("button").dblclick()
    settled(page)
    expect(keyed(page, "portrait-happened").get_by_text(note)).to_have_count(1)
    expect(keyed(page, "portrait-happened").get_by_text("张敏").first).to_be_visible()
    page.reload()
    settled(page)
    open_tab(page, "服务记录")
    expect(keyed(page, "portrait-happened").get_by_text(note)).to_have_count(1)
    assert overflow(page) == 0
    reveal_phone(page)


def reveal_phone(page: Page) -> None:
    """Without a reason it stays hidden; with one it is shown, and it is the number behind the mask."""
    masked = re.search(r"\d{3}\*{4}\d{4}", keyed(page, "portrait-protected").inner_text())
    assert masked is not None
    assert not re.search(r"1[3-9]\d{9}", page.content())
    press(page, "reveal-phone")
    press(page, "reveal-now")
    expect(page.get_by_text("请写明理由")).to_be_visible()
    enter(page, "reveal-reason", "约定回电")
    press(page, "reveal-now")
    shown = page.get_by_role("dialog").get_by_text(re.compile(r"^1[3-9]\d{9}$"))
    expect(shown).to_be_visible()
    clear = shown.inner_text()
    assert (clear[:3], clear[-4:]) == (masked[0][:3], masked[0][-4:])


def test_from_a_figure_of_the_bank_to_one_of_its_customers(page: Page, server: str) -> None:
    sign_in(page, server, "exec.zhou", "/kpis")
    page.locator("a[href*='kpi=active_rate']").first.click()
    settled(page)
    for level in ("branch", "manager"):
        expect(table(page, f"kpi-table-active_rate-{level}")).to_be_visible()
        press_row(page, f"kpi-table-active_rate-{level}", 0)
        page.wait_for_url(f"**{level}=*")
        settled(page)
    page.get_by_role("radio", name="分子", exact=True).click()
    settled(page)
    people = read_table(page, "kpi-people-")
    assert people and all(re.fullmatch(r".\*{1,3}", line["客户"]) for line in people)
    press_row(page, "kpi-people-", 0)
    page.wait_for_url("**/portrait?customer=*")
    settled(page)
    expect(page.get_by_role("heading", name=people[0]["客户"])).to_be_visible()
    expect(keyed(page, "reveal-phone")).to_have_count(0)
    page.go_back()
    settled(page)
    assert "/kpis" in page.url and "manager=" in page.url and "kpi=active_rate" in page.url


def test_the_file_holds_the_figures_of_the_page(page: Page, server: str) -> None:
    sign_in(page, server, "crm.zhao", "/kpis?kpi=active_rate")
    shown = {row["名称"]: (row["分子"], row["分母"]) for row in read_table(page, "kpi-table-active_rate-branch")}
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载 CSV").click()
    with Path(coming.value.path()).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    newest = max(line["季度"] for line in lines)
    filed = {line["分组"]: (line["分子"], line["分母"]) for line in lines if line["季度"] == newest}
    assert len(shown) > 1 and filed == shown


def test_tiers_keep_their_filters_in_the_address(page: Page, server: str) -> None:
    sign_in(page, server, "head.wang", "/tiers")
    choose(page, "choice-quarter", "2026 年二季度 · 已结账")
    choose(page, "choice-kind", name("customer_kind", "corporate"))
    assert "quarter=2026Q2" in page.url and "kind=corporate" in page.url
    tiers = read_table(page, "tier-table")
    some = next(place for place, row in enumerate(tiers) if int(row["客户数"]) > 0)
    press_row(page, "tier-table", some)
    expect(page.get_by_role("heading", name=tiers[some]["层级"], exact=True)).to_be_visible()
    page.go_back()
    settled(page)
    assert "show=" not in page.url and "kind=corporate" in page.url
    press_row(page, "tier-table", some)
    first = read_table(page, "tier-people-table")[0]
    press_row(page, "tier-people-table", 0)
    page.wait_for_url("**/portrait?customer=*")
    expect(page.get_by_role("heading", name=first["客户"])).to_be_visible()
    page.go_back()
    settled(page)
    expect(table(page, "tier-people-table")).to_be_visible()
    assert "quarter=2026Q2" in page.url


def test_a_contact_in_english(page: Page, server: str, demo_bank: Path) -> None:
    number, called = rows_of(demo_bank, ZHANG)[4]
    page.goto(f"{server}/sign-in?lang=en")
    sign_in(page, server, "rm.zhang", f"/portrait?customer={number}")
    expect(page.get_by_role("heading", name=called)).to_be_visible()
    open_tab(page, "Service")
    fill(page, f"contact-{number}-note", "Spoke about school fees")
    press(page, f"contact-{number}-save")
    expect(keyed(page, "portrait-happened").get_by_text("Spoke about school fees")).to_be_visible()
