"""The front door in a real browser: choose a person, arrive, change the language, leave."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.person import DRAWN, overflow, settled, sign_in
from tests.conftest import ROOT

SCRIPT = (ROOT / "lib" / "web" / "assets" / "zh_CN.js").read_text("utf-8")


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser itself complains about: a refused script, style or address. Its own 404 probing is none."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_choosing_a_person_arrives_at_the_page_asked_for(server: str, page: Page, complaints: list[str]) -> None:
    page.goto(f"{server}/portrait")
    expect(page.locator("h1")).to_have_text("客户关系管理")
    page.get_by_role("link", name="rm.zhang").click()
    settled(page)
    assert page.url == f"{server}/portrait"
    expect(page.get_by_role("heading", name="客户画像")).to_be_visible()
    assert complaints == []


def test_the_cookie_is_out_of_a_script_s_reach(server: str, page: Page) -> None:
    sign_in(page, server, "crm.zhao", "/kpis")
    assert page.evaluate("document.cookie.includes('crm_session')") is False
    assert [c["httpOnly"] for c in page.context.cookies() if c["name"] == "crm_session"] == [True]


def test_the_other_language_keeps_the_place(server: str, page: Page) -> None:
    sign_in(page, server, "crm.zhao", "/kpis")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Quarterly KPIs")).to_be_visible(timeout=20_000)
    assert page.locator("html").get_attribute("lang") == "en"
    assert "lang=" not in page.url and "/kpis" in page.url


def test_signing_out_closes_the_tab_beside_it(server: str, page: Page) -> None:
    sign_in(page, server, "crm.zhao", "/kpis")
    beside = page.context.new_page()
    beside.goto(f"{server}/kpis")
    settled(beside)
    page.get_by_role("link", name="退出").click()
    expect(page.get_by_role("link", name="rm.zhang")).to_be_visible()
    beside.reload()
    expect(beside.get_by_role("link", name="rm.zhang")).to_be_visible()


def test_the_administrator_has_approvals_and_no_customers(server: str, page: Page) -> None:
    sign_in(page, server, "admin.wu")
    expect(page.get_by_text("没有等待你审批的申请")).to_be_visible()
    expect(page.get_by_role("link", name="客户画像")).to_have_count(0)


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_nothing_is_clipped_on_a_phone(server: str, browser: Browser, scheme: str) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{server}/sign-in")
    assert overflow(page) == 0
    ground = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(27, 34, 43)")
    page.goto(f"{server}/kpis?demo_user=crm.zhao")
    page.locator(DRAWN).wait_for(state="attached", timeout=20_000)
    assert overflow(page) == 0
    context.close()


def test_streamlit_s_words_are_chinese_and_data_is_left_alone(page: Page) -> None:
    page.set_content(
        "<i aria-label='Search: 表格，4 行'></i>"
        "<p>Choose an option</p><input placeholder='Choose options'><button aria-label='Fullscreen'>x</button>"
        "<div data-testid='stText'>Open</div><div data-testid='stMarkdownContainer'>Stop</div>"
        "<div data-testid='stFileUploader'><div data-testid='stMarkdownContainer'>Upload</div></div>"
        "<span>50MB per file • CSV</span><em>View 3 more</em>"
    )
    page.add_script_tag(content=SCRIPT)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b>No results</b>')")
    expect(page.locator("p")).to_have_text("请选择")
    expect(page.locator("b")).to_have_text("没有匹配项")
    assert page.locator("input").get_attribute("placeholder") == "请选择（可多选）"
    assert page.locator("button").get_attribute("aria-label") == "全屏"
    assert page.locator("i").get_attribute("aria-label") == "搜索：表格，4 行"
    assert page.locator("[data-testid=stText]").text_content() == "Open"
    assert page.locator("body > [data-testid=stMarkdownContainer]").text_content() == "Stop"
    assert page.locator("[data-testid=stFileUploader]").text_content() == "上传"
    assert page.locator("span").text_content() == "每个文件不超过 50MB · CSV"
    assert page.locator("em").text_content() == "再显示 3 项"
