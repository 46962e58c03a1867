"""The sign-in page: what it says, in both languages, and that nothing written into it becomes markup."""

from __future__ import annotations

from lib.store.people import Member
from lib.web.door import Door, html
from lib.words import use_locale
from tests.web.client import Client

EVIL = '"><script>alert(1)</script>'


def test_the_cast_is_listed_by_role_with_links_to_the_page_asked_for(client: Client) -> None:
    page = client.get("/sign-in?next=/kpis?quarter=2026Q3").text
    assert page.index("客户经理") < page.index("张伟") < page.index("支行负责人") < page.index("王强")
    assert 'href="/kpis?quarter=2026Q3&amp;demo_user=rm.zhang"' in page
    assert 'type="password"' not in page


def test_in_english(client: Client) -> None:
    assert client.get("/sign-in?lang=en&next=/kpis").header("location") == "/sign-in?next=%2Fkpis"
    page = client.get("/sign-in?next=/kpis").text
    assert '<html lang="en">' in page and "Customer relationships" in page and "Relationship manager" in page


def test_nothing_from_outside_becomes_markup() -> None:
    with use_locale("zh_CN"):
        for members in ((), (Member(EVIL, EVIL, "manager", EVIL),)):
            page = html(Door(EVIL, "/x?" + EVIL, EVIL, members, EVIL, EVIL, EVIL))
            assert "<script" not in page and 'value=""' not in page


def test_it_asks_nobody_else_and_runs_nothing() -> None:
    with use_locale("zh_CN"):
        page = html(Door("银行", "/", "seal"))
    assert "http" not in page and "<script" not in page and "style=" not in page
    assert 'autocomplete="current-password"' in page
