"""Passwords, the form's seal, sign-out, the company's sign-on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lib.settings import settings
from lib.store import credentials, sessions
from lib.web import cookies
from lib.web.signin import SignIn
from lib.web.throttle import Throttle
from tests.cast import ZHANG
from tests.web.client import Answer, Client

PASSWORD = "correct horse battery"


@pytest.fixture
def door(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The door of a real bank, where rm.zhang has a password."""
    monkeypatch.setenv("CRM_DEMO", "0")
    settings.cache_clear()
    credentials.set_password("rm.zhang", PASSWORD)
    return client


def attempt(client: Client, password: str, login: str = "rm.zhang", **headers: str) -> Answer:
    page = client.get("/sign-in?next=/portrait?customer=7")
    seal = re.search(r'name="seal" value="(\w+)"', page.text)
    assert seal is not None
    form = {"login": login, "password": password, "seal": seal[1], "next": "/portrait?customer=7"}
    return client.post("/sign-in", form, **headers)


def test_the_right_password_leads_to_the_page_asked_for(door: Client) -> None:
    answer = attempt(door, PASSWORD)
    assert (answer.status, answer.header("location")) == (303, "/portrait?customer=7")
    assert door.get("/x").status == 200


def test_a_session_is_new_at_every_sign_in(door: Client) -> None:
    first = attempt(door, PASSWORD).cookie(cookies.SESSION)
    del door.cookies[cookies.SESSION]
    assert attempt(door, PASSWORD).cookie(cookies.SESSION) != first


@pytest.mark.parametrize("login", ("rm.zhang", "nobody", "rm.li", ""))
def test_wrong_unknown_and_without_a_password_look_alike(door: Client, login: str) -> None:
    answer = attempt(door, "a wrong password", login)
    assert answer.status == 401
    assert answer.cookie(cookies.SESSION) == ""
    assert "账号或密码不对，或账号暂时锁定。" in answer.text


def test_five_failures_lock_the_account_even_for_the_right_password(door: Client) -> None:
    for _ in range(5):
        assert attempt(door, "a wrong password").status == 401
    assert attempt(door, PASSWORD).status == 401


def test_too_many_tries_from_one_address_are_refused(door: Client) -> None:
    statuses = [attempt(door, "a wrong password", "nobody").status for _ in range(21)]
    assert statuses[:20] == [401] * 20 and statuses[20] == 429
    door.address = "10.0.0.2"
    assert attempt(door, PASSWORD).status == 303


@pytest.mark.parametrize("headers", ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
                                     {"origin": "https://evil.example"}, {"origin": "null"}))  # fmt: skip
def test_a_form_from_another_site_is_refused(door: Client, headers: dict[str, str]) -> None:
    assert attempt(door, PASSWORD, **headers).status == 403


def test_a_form_of_our_own_may_say_so(door: Client) -> None:
    assert attempt(door, PASSWORD, origin="http://crm.test", **{"sec-fetch-site": "same-origin"}).status == 303


def test_a_form_without_its_seal_is_refused(door: Client) -> None:
    form = {"login": "rm.zhang", "password": PASSWORD}
    assert door.post("/sign-in", form).status == 403
    assert door.post("/sign-in", form | {"seal": "0" * 64}).status == 403


def test_the_seal_belongs_to_one_browser(door: Client) -> None:
    seal = re.search(r'name="seal" value="(\w+)"', Client(door.app).get("/sign-in").text)
    assert seal is not None
    door.get("/sign-in")
    assert door.post("/sign-in", {"login": "rm.zhang", "password": PASSWORD, "seal": seal[1]}).status == 403


def test_a_large_form_is_refused(door: Client) -> None:
    assert attempt(door, "x" * 10_000).status == 403


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(zhang: Client) -> None:
    copy = Client(zhang.app, dict(zhang.cookies))
    assert zhang.get("/sign-out").header("location") == "/sign-in"
    assert copy.get("/x").status == 303
    assert sessions.running(ZHANG) == []


def test_another_site_cannot_sign_anybody_out(zhang: Client) -> None:
    assert zhang.get("/sign-out", **{"sec-fetch-site": "cross-site"}).status == 403
    assert zhang.get("/x").status == 200


def test_who_is_signed_in_goes_on(zhang: Client) -> None:
    assert zhang.get("/sign-in?next=/kpis").header("location") == "/kpis"
    assert zhang.get("/sign-in?next=//evil.example").header("location") == "/"


class Company:
    """A sign-on that vouches for whoever the address names."""

    title = "统一认证"

    async def begin(self, request: Request, then: str) -> Response:
        return RedirectResponse(f"https://sso.test/?then={then}", 303)

    async def finish(self, request: Request) -> tuple[str, str] | None:
        login = request.query_params.get("login")
        return (login, "//evil.example") if login else None


def test_the_company_may_vouch_for_staff_and_for_nobody_else(door: Client) -> None:
    company: Any = SignIn(Company(), Throttle())
    client = Client(Starlette(routes=company.routes()))
    assert client.get("/sign-in/company?next=/kpis").header("location") == "https://sso.test/?then=/kpis"
    assert client.get("/sign-in/company/return").status == 401
    assert client.get("/sign-in/company/return?login=nobody").status == 403
    answer = client.get("/sign-in/company/return?login=rm.zhang")
    assert (answer.status, answer.header("location")) == (303, "/")
    assert [session.how for session in sessions.running(ZHANG)] == ["single_sign_on"]


def test_without_a_company_there_is_no_such_page(client: Client) -> None:
    assert client.request("GET", "/sign-in/company", headers={}).status == 401
