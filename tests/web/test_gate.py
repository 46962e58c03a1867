"""Nobody passes without a session, nobody says for themselves who they are."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lib.settings import now, settings
from lib.store import sessions
from lib.web import cookies
from tests.web.client import Client

CLOSED = ("/", "/portrait", "/media/0123.csv", "/_stcore/metrics", "/_stcore/health", "/_stcore/host-config",
          "/static/js/index.js", "/export/kpis", "/app/static/x", "//portrait", "/sign-in/../portrait", "/sign-inx",
          "/favicon.png", "/component/x")  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_without_a_session_every_path_is_closed(client: Client, path: str) -> None:
    assert client.request("GET", path, headers={}).status == 401
    assert client.request("POST", path, headers={"accept": "text/html"}).status == 401


@pytest.mark.parametrize("path", ("/sign-in", "/health", "/assets/sign-in.css", "/assets/icon.png"))
def test_the_door_itself_answers(client: Client, path: str) -> None:
    assert client.get(path).status == 200


def test_a_person_is_led_to_the_door_and_back(client: Client) -> None:
    answer = client.get("/portrait?customer=600000001&tab=a%20b")
    assert answer.status == 303
    assert answer.header("location") == "/sign-in?next=%2Fportrait%3Fcustomer%3D600000001%26tab%3Da%2Bb"


def test_the_websocket_is_refused(client: Client) -> None:
    assert client.websocket("/_stcore/stream") == "close"
    assert client.websocket("/sign-in") == "close"


def test_a_session_opens_page_and_websocket(zhang: Client) -> None:
    assert zhang.get("/portrait").status == 200
    assert zhang.websocket("/_stcore/stream") == "accept"


@pytest.mark.parametrize("name", ("X-Crm-User", "x-crm-user", "X-CRM-USER", "X_Crm_User", "X-Crm-Session"))
def test_who_one_is_comes_from_the_session_and_not_from_the_client(zhang: Client, name: str) -> None:
    told = json.loads(zhang.get("/x", **{name: "admin.wu"}).body)
    assert told["x-crm-user"] == "rm.zhang"
    assert told["x-crm-session"].isdigit()
    assert "admin.wu" not in told.values()


def test_a_client_header_alone_opens_nothing(client: Client) -> None:
    assert client.request("GET", "/x", headers={"X-Crm-User": "crm.zhao", "X-Crm-Session": "1"}).status == 401


def test_a_changed_cookie_opens_nothing(zhang: Client) -> None:
    token, _, signature = zhang.cookies[cookies.SESSION].rpartition(".")
    other = "0" if signature[-1] != "0" else "1"
    for forged in (f"{token}x.{signature}", f"{token}.{signature[:-1]}{other}", token, f".{signature}", "."):
        assert Client(zhang.app, {cookies.SESSION: forged}).get("/x").status == 303, forged


def test_an_ended_session_closes_page_and_websocket(zhang: Client) -> None:
    found = sessions.find(zhang.cookies[cookies.SESSION].rpartition(".")[0])
    assert found is not None
    sessions.end(found.session_id)
    assert zhang.get("/portrait").status == 303
    assert zhang.websocket("/_stcore/stream") == "close"


def test_an_expired_session_closes(zhang: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "now", lambda: now() + timedelta(hours=13))
    assert zhang.get("/portrait").status == 303


def test_static_files_ask_the_store_once_in_a_while(zhang: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = sessions.find
    monkeypatch.setattr(sessions, "find", lambda token: asked.append(token) or find(token))
    for _ in range(5):
        assert zhang.request("GET", "/static/js/x.js", headers={}).status == 200
    assert len(asked) <= 1
    assert zhang.get("/x").status == 200
    assert len(asked) >= 1


def test_choosing_a_person_hides_the_parameter(client: Client) -> None:
    answer = client.get("/portrait?customer=7&demo_user=head.wang")
    assert (answer.status, answer.header("location")) == (303, "/portrait?customer=7")
    cookie = answer.cookie(cookies.SESSION)
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_over_https_the_cookie_is_secure(client: Client) -> None:
    client.scheme = "https"
    answer = client.get("/portrait?demo_user=head.wang")
    assert "Secure" in answer.cookie(cookies.SESSION)
    assert answer.header("strict-transport-security")


def test_nobody_is_chosen_outside_demonstration_mode(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DEMO", "0")
    settings.cache_clear()
    assert client.get("/portrait?demo_user=head.wang").status == 403
    assert client.cookies == {}


def test_an_unknown_person_cannot_be_chosen(client: Client) -> None:
    assert client.get("/portrait?demo_user=nobody").status == 403


def test_the_language_is_a_cookie_and_the_address_stays_clean(zhang: Client) -> None:
    answer = zhang.get("/portrait?customer=7&lang=en")
    assert (answer.status, answer.header("location")) == (303, "/portrait?customer=7")
    assert json.loads(zhang.get("/x").body)["x-crm-locale"] == "en"


def test_an_unknown_language_is_left_alone(zhang: Client) -> None:
    assert zhang.get("/x?lang=fr").status == 200
    zhang.cookies[cookies.LOCALE] = "fr"
    assert json.loads(zhang.get("/x").body)["x-crm-locale"] == "zh_CN"
