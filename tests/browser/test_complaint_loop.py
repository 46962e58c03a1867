"""The loop of a complaint at the screen: counter, officer, approvals, a failed answer, a second one, the end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.words import name
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hands import agree, choose, enter, fill, keyed, open_tab, pick, press, read_table, rows_of
from tests.browser.person import overflow, settled, sign_in

ELSEWHERE = (
    "SELECT number, name FROM customer WHERE stage = 'customer' AND kind = 'personal' AND manager_id ="
    " (SELECT id FROM staff WHERE login = 'rm.li') ORDER BY number"
)
PAPER = {"name": "年费账单.txt", "mimeType": "text/plain", "buffer": "年费 200 元，扣收两次。".encode()}
HOLIDAYS = ("2027-01-01 元旦", *(f"2027-02-{day:02d} 春节" for day in range(5, 12)), "2027-10-01 国庆节")
NEXT_YEAR = {
    "name": "2027.csv",
    "mimeType": "text/csv",
    "buffer": "\n".join(
        [
            "date,kind,name",
            *(f"{day.split()[0]},holiday,{day.split()[1]}" for day in HOLIDAYS),
            "2027-01-30,workday,春节",
        ]
    ).encode(),
}
SIZES = pytest.mark.parametrize(("size", "which"), [(DESKTOP, 0), (PHONE, 1)], ids=["desktop", "phone"])


@SIZES
def test_from_the_counter_through_a_failed_answer_to_the_end(
    page: Page, server: str, demo_bank: Path, size: dict[str, int], which: int
) -> None:
    customer, called = rows_of(demo_bank, ELSEWHERE)[which]
    page.set_viewport_size(size)
    number = at_the_counter(page, server, customer, called)
    sign_in(page, server, "care.chen", f"/complaints?case={number}")
    press(page, f"take-{number}-save")
    expect(keyed(page, "matter")).to_contain_text("陈")
    step(page, number, "accepted")
    step(page, number, "investigating")
    for to, approver in (("complex", "crm.zhao"), ("specially_complex", "exec.zhou")):
        longer_term(page, server, number, to, approver)
    expect(keyed(page, "clocks")).to_contain_text("推定")
    answer(page, number, "经核实，年费扣收无误")
    follow_up(page, number, 2)
    expect(page.get_by_text(re.compile(r"M\d{6}-\d{5}")).first).to_be_visible()
    step(page, number, "reopened", reason="客户不认可，要求重新核对")
    clocks = keyed(page, "clocks").inner_text()
    assert "剩 15 天" in clocks or "剩 14 天" in clocks, "the reopened matter has a legal term of its own"
    step(page, number, "investigating")
    answer(page, number, "已核实并退还费用")
    follow_up(page, number, 4)
    pick(page.locator("[class*='st-key-move-closed'][class*='-root_cause']"), "流程缺陷 / 未按流程办理")
    step(page, number, "closed", choice=False, measure="扣费前核对上次日期")
    expect(page.get_by_text("已办结").first).to_be_visible()
    assert overflow(page) == 0
    the_history_is_whole(page, server, number, customer)


def at_the_counter(page: Page, server: str, customer: str, called: str) -> str:
    """A manager of another branch registers it, with a paper; the same again is shown as a likely duplicate."""
    sign_in(page, server, "rm.zhang", f"/complaints?register=1&customer={customer}")
    expect(page.get_by_text(f"{called[0]}*").first).to_be_visible()
    assert called not in page.content()
    number = register(page, customer, paper=True)
    expect(page.get_by_text("你是首问责任人")).to_be_visible()
    expect(page.get_by_text("年费账单.txt").first).to_be_visible()
    sign_in(page, server, "rm.zhang", f"/portrait?customer={customer}")
    expect(page.get_by_text("或该客户不在你的权限范围内")).to_be_visible()
    sign_in(page, server, "rm.zhang", f"/complaints?register=1&customer={customer}")
    fill_in(page, customer)
    press(page, f"register-{customer}-save")
    expect(page.get_by_text("疑似重复").first).to_be_visible()
    expect(page.get_by_text(number).first).to_be_visible()
    return number


def register(page: Page, customer: str, *, paper: bool = False) -> str:
    """Fill the short form; the number of the new case, which is then open."""
    fill_in(page, customer)
    if paper:
        page.get_by_text("附件", exact=True).first.click()
        keyed(page, f"register-{customer}-files").locator("input[type=file]").set_input_files([PAPER])
        expect(page.get_by_text("年费账单.txt").first).to_be_visible()
        settled(page)
    press(page, f"register-{customer}-save")
    page.wait_for_url("**/complaints?case=*")
    settled(page)
    expect(page.get_by_text("年费重复扣收").first).to_be_visible()
    return page.url.split("case=")[1]


def fill_in(page: Page, customer: str) -> None:
    form = f"register-{customer}"
    choose(page, f"{form}-business", name("complaint_business", "debit_card"))
    choose(page, f"{form}-reason", name("complaint_reason", "fees"))
    fill(page, f"{form}-summary", "年费重复扣收")
    fill(page, f"{form}-demand", "退还多收的费用")


def step(page: Page, number: str, to: str, choice: bool = True, **texts: str) -> None:
    """One move: choose it where there is a choice, fill what it needs, press."""
    title = name("case_state", to)
    offered = page.locator(f"[class*='st-key-step-{number}']").get_by_role("radio", name=title, exact=True)
    if choice and offered.count():
        offered.click()
        settled(page)
    for field, text in texts.items():
        page.locator(f"[class*='st-key-move-{to}-{number}'][class*='-{field}'] textarea").fill(text)
    page.get_by_role("button", name=f"转为“{title}”").click()
    settled(page)
    expect(page.get_by_text(f"→ {title}").first).to_be_visible()


def answer(page: Page, number: str, text: str) -> None:
    """Answer, saying whose fault it was."""
    title = name("case_state", "answered")
    offered = page.locator(f"[class*='st-key-step-{number}']").get_by_role("radio", name=title, exact=True)
    if offered.count():
        offered.click()
        settled(page)
    pick(page.locator(f"[class*='st-key-move-answered-{number}'][class*='-fault']"), name("responsibility", "own"))
    step(page, number, "answered", choice=False, answer=text)


def follow_up(page: Page, number: str, score: int) -> None:
    """Ask the customer, who gives so many points of five."""
    form = page.locator(f"[class*='st-key-move-followed_up-{number}'][class*='-satisfaction']")
    form.get_by_role("radio", name=str(score), exact=True).click()
    step(page, number, "followed_up", choice=False)


def longer_term(page: Page, server: str, number: str, to: str, approver: str) -> None:
    """The officer asks, another post agrees, the complainant is told."""
    open_tab(page, "更多")
    page.locator(f"[class*='st-key-more-{number}']").get_by_role("radio", name="延期", exact=True).click()
    settled(page)
    page.locator(f"[class*='st-key-extension-{number}'] textarea").fill("须调取档案并与外部机构核对")
    page.get_by_role("button", name="申请延期").click()
    settled(page)
    sign_in(page, server, approver, "/approvals")
    agree(page, number)
    expect(page.get_by_text(name("request_kind", f"term_{to}")).first).to_be_visible()
    expect(page.get_by_text(name("request_state", "accepted")).first).to_be_visible()
    sign_in(page, server, "care.chen", f"/complaints?case={number}")
    open_tab(page, "告知与记录")
    page.locator(f"[class*='st-key-notice-{number}'] textarea").fill("已电话告知本人，预计两周内答复")
    page.get_by_role("button", name="登记已告知").click()
    settled(page)
    expect(page.get_by_text(name("extension", to)).first).to_be_visible()
    open_tab(page, "推进")


def the_history_is_whole(page: Page, server: str, number: str, customer: str) -> None:
    """Who registered it sees all of it, and nothing else of the customer."""
    sign_in(page, server, "rm.zhang", f"/complaints?case={number}")
    told = page.get_by_test_id("stMain").inner_text().split("经过")[-1]
    steps = ["closed", "followed_up", "answered", "investigating", "reopened", "followed_up", "answered"]
    places, at = [], 0
    for state in steps:
        at = told.index(f"→ {name('case_state', state)}", at)
        places.append(at)
    assert places == sorted(places), "the history is newest first"
    expect(page.get_by_text("已核实并退还费用").first).to_be_visible()
    expect(page.get_by_role("link", name="查看客户画像")).to_have_count(0)


def test_of_two_officers_who_take_one_case_one_wins_and_the_other_is_told(
    page: Page, beside: Page, server: str, demo_bank: Path
) -> None:
    customer, _called = rows_of(demo_bank, ELSEWHERE)[2]
    sign_in(page, server, "rm.zhang", f"/complaints?register=1&customer={customer}")
    number = register(page, customer)
    for window, login in ((page, "care.chen"), (beside, "care.lin")):
        sign_in(window, server, login, f"/complaints?case={number}")
    press(page, f"take-{number}-save")
    press(beside, f"take-{number}-save")
    (winner,) = rows_of(demo_bank, "SELECT name FROM staff WHERE login = 'care.chen'")[0]
    expect(beside.get_by_text(f"已由{winner}处理").first).to_be_visible()
    expect(keyed(page, "matter")).to_contain_text(winner)


def test_a_case_is_found_by_a_word_of_it(page: Page, server: str, demo_bank: Path) -> None:
    customer, _called = rows_of(demo_bank, ELSEWHERE)[3]
    sign_in(page, server, "rm.zhang", f"/complaints?register=1&customer={customer}")
    number = register(page, customer)
    sign_in(page, server, "crm.zhao", "/complaints")
    enter(page, "choice-text", "年费重复")
    assert "text=" in page.url
    assert number in [row["编号"] for row in read_table(page, "complaints-queue")]


def test_a_calendar_of_the_next_year_is_loaded_by_two_and_ends_the_warning(page: Page, server: str) -> None:
    warned = re.compile("工作日历只到 2026 年底")
    sign_in(page, server, "crm.zhao", "/complaints")
    expect(page.get_by_text(warned).first).to_be_visible()
    sign_in(page, server, "crm.zhao", "/rulebook?view=calendar")
    keyed(page, "calendar-file").locator("input[type=file]").set_input_files([NEXT_YEAR])
    expect(page.get_by_text("2027 年：与现在相比有 10 天不同").first).to_be_visible()
    settled(page)
    fill(page, "propose-year-2027-reason", "国务院办公厅关于 2027 年部分节假日安排的通知")
    press(page, "propose-year-2027-save")
    sign_in(page, server, "check.sun", "/approvals")
    agree(page, "2027 年")
    expect(keyed(page, "request-head")).to_contain_text("生效时间")
    sign_in(page, server, "crm.zhao", "/rulebook?view=calendar&year=2027")
    expect(page.get_by_text("放假 9 天，补班 1 天").first).to_be_visible()
    sign_in(page, server, "crm.zhao", "/complaints")
    expect(page.get_by_text("未办结").first).to_be_visible()
    expect(page.get_by_text(warned)).to_have_count(0)
