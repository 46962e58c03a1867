"""Headers on every answer, and the start page in the reader's language."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from lib.web import protection
from tests.web.client import Client


@pytest.mark.parametrize("path", ("/sign-in", "/health", "/assets/icon.png", "/portrait", "/static/x.js", "/none"))
def test_every_answer_carries_them(client: Client, zhang: Client, path: str) -> None:
    for answer in (client.request("GET", path, headers={}), zhang.request("GET", path, headers={})):
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("x-frame-options") == "DENY"
        assert answer.header("referrer-policy") == "same-origin"
        assert "frame-ancestors 'none'" in answer.header("content-security-policy")
        assert answer.header("x-own-page") == ""


def test_scripts_run_only_from_files_or_by_their_hash() -> None:
    rules = dict(rule.split(" ", 1) for rule in protection.policy("crm.test").split("; "))
    assert "unsafe" not in rules["script-src"]
    inline = re.findall(r"<script>(.*?)</script>", protection.start_page("zh_CN").decode(), re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in inline}
    assert hashes and hashes == set(rules["script-src"].split()) - {"'self'"}


def test_a_strange_host_writes_no_rule() -> None:
    assert "evil" not in protection.policy("x; script-src evil.example")


def test_the_start_page_replaces_streamlit_s(zhang: Client) -> None:
    answer = zhang.get("/page")
    assert "Streamlit's own" not in answer.text
    assert '<html lang="zh-CN"' in answer.text and "<title>客户关系管理</title>" in answer.text
    assert "/assets/zh_CN.js" in answer.text and "/assets/history.js" in answer.text
    assert answer.header("content-encoding") == "" and answer.header("etag") == ""
    assert int(answer.header("content-length")) == len(answer.body)
    assert answer.header("cache-control") == "no-store"
    assert re.fullmatch(r"</static/js/PlotlyChart\.[\w-]+\.js>; rel=modulepreload", answer.header("link"))


def test_in_english_nothing_is_translated(zhang: Client) -> None:
    zhang.get("/page?lang=en")
    text = zhang.get("/page").text
    assert '<html lang="en"' in text and "zh_CN.js" not in text and "<title>Customer relationships</title>" in text


def test_the_start_page_loads_from_the_root_and_from_nowhere_else() -> None:
    text = protection.start_page("zh_CN").decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert len(addresses) > 20
    assert all(address.startswith(("/static/", "/assets/")) for address in addresses), addresses
