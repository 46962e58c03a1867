"""Cookies: signed under the bank's key, for one purpose each."""

from __future__ import annotations

import base64

import pytest

from lib.settings import settings
from lib.web import cookies


def scope(*lines: str) -> dict[str, object]:
    return {"type": "http", "headers": [(b"cookie", line.encode()) for line in lines]}


def carried(header: str) -> str:
    return header.split(";")[0]


def test_a_token_comes_back_only_with_our_signature() -> None:
    line = carried(cookies.set_session("abc-_1", secure=False))
    assert cookies.session_token(scope(line)) == "abc-_1"
    assert cookies.session_token(scope(line[:-1] + ("0" if line[-1] != "0" else "1"))) == ""
    assert cookies.session_token(scope("crm_session=abc-_1")) == ""
    assert cookies.session_token(scope()) == ""


def test_a_signature_for_one_purpose_serves_no_other() -> None:
    assert cookies.sign("session", "x") != cookies.sign("form", "x")


def test_another_bank_s_key_signs_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    line = carried(cookies.set_session("abc", secure=False))
    monkeypatch.setenv("CRM_DATA_KEY", base64.b64encode(b"another key of thirty-two bytes!").decode())
    settings.cache_clear()
    assert cookies.session_token(scope(line)) == ""
    settings.cache_clear()


def test_the_first_of_two_equal_names_counts() -> None:
    assert cookies.read(scope("a=1; b=2; a=3"), "a") == "1"
    assert cookies.read(scope("a=1", "a=2"), "a") == "1"
    assert cookies.read(scope("aa=1"), "a") == ""


def test_taking_away_and_sealing() -> None:
    assert "Max-Age=0" in cookies.drop_session(secure=True)
    assert "SameSite=Strict" in cookies.set_form("x", secure=False)
