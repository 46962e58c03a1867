"""Links: web addresses only, whatever somebody types."""

from __future__ import annotations

import pytest

from lib.customers.links import add_link, host_of, link_problem
from lib.store.session import Refused, open_session
from tests.cast import OWN, SmallBank, scope


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.com",
        "http://www.example.com/about?id=1&x=%20#top",
        "HTTPS://WWW.EXAMPLE.COM/",
        "  https://example.com/资料/公司简介  ",
        "https://中国银行.中国/",
        "http://share/customers/1001",
        "http://10.1.2.3:8080/x",
        "http://[2001:db8::1]:8080/x",
        "https://example.com/it@home",
        "https://example.com/" + "a" * 480,
    ],
)
def test_addresses_that_are_kept(address: str) -> None:
    assert link_problem("官网", address) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "填写网址"),
        ("   ", "填写网址"),
        ("www.example.com", "http://"),
        ("//example.com/x", "http://"),
        ("javascript:alert(1)", "http://"),
        ("JavaScript:alert(1)", "http://"),
        ("java\nscript:alert(1)", "http://"),
        ("\tjavascript://example.com/%0aalert(1)", "http://"),
        ("\x01javascript:alert(1)", "http://"),
        ("data:text/html,<script>alert(1)</script>", "http://"),
        ("vbscript:msgbox(1)", "http://"),
        ("file:///etc/passwd", "http://"),
        ("ftp://example.com/x", "http://"),
        ("mailto:x@example.com", "http://"),
        ("http://", "http://"),
        ("http:///x", "http://"),
        ("http:example.com", "http://"),
        ("http:/example.com", "http://"),
        ("https://exa mple.com", "http://"),
        ("https://example.com/a b", "http://"),
        ("https://example.com/\u202egpj.exe", "http://"),
        ("https://exa\u200bmple.com", "http://"),
        ("https://example.com\\@evil.com", "http://"),
        ('https://example.com/x" onclick=alert(1)', "http://"),
        ("https://example.com/<script>", "http://"),
        ("https://example.com](javascript:alert(1))", "http://"),
        ("https://-example.com", "http://"),
        ("https://example..com", "http://"),
        ("https://.example.com", "http://"),
        ("https://ex%61mple.com", "http://"),
        ("https://example。com", "http://"),
        ("https://example.com:99999/", "http://"),
        ("https://example.com:0/", "http://"),
        ("https://example.com:x/", "http://"),
        ("http://[::1", "http://"),
        ("http://[zz::1]/", "http://"),
        ("https://user:secret@example.com/", "用户名和密码"),
        ("https://www.bank.com@evil.com/", "用户名和密码"),
        ("https://@example.com/", "用户名和密码"),
        ("https://example.com/" + "a" * 481, "最多 500"),
    ],
)
def test_addresses_that_are_not(address: str, said: str) -> None:
    assert said in (link_problem("官网", address) or "")


@pytest.mark.parametrize(("title", "said"), [("", "链接名称"), (" ", "链接名称"), ("长" * 81, "最多 80")])
def test_a_link_has_a_name(title: str, said: str) -> None:
    assert said in (link_problem(title, "https://example.com") or "")
    assert link_problem("长" * 80, "https://example.com") is None


def test_the_site_is_shown() -> None:
    assert host_of("https://WWW.Example.com:8443/login?next=https://bank.cn") == "www.example.com"


def test_the_store_refuses_too(bank: SmallBank) -> None:
    with pytest.raises(Refused, match="http://"), open_session(scope("rm.zhang"), "p", write=True) as session:
        add_link(session, OWN, "官网", "javascript:alert(1)")
