"""After signing in one stays in this application."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.web.addresses import HOME, safe_next, without

FOREIGN = ("//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example", "\\\\evil", "/\t/evil",
           "/a\nb", "", "portrait", "/sign-out", "/sign-in?next=/x", " /x")  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN)
def test_another_place_becomes_the_beginning(text: str) -> None:
    assert safe_next(text) == HOME


@pytest.mark.parametrize("text", ("/portrait?customer=600000001", "/kpis?quarter=2026Q3&branch=a%20b#x", "/"))
def test_a_place_of_ours_is_kept(text: str) -> None:
    assert safe_next(text) == text


@given(st.text(max_size=40))
def test_whatever_comes_out_is_a_path(text: str) -> None:
    kept = safe_next(text)
    assert kept.startswith("/") and not kept.startswith("//") and "\\" not in kept


def test_parameters_are_taken_out_and_the_rest_is_kept() -> None:
    scope = {"path": "/x y", "query_string": b"a=1&lang=en&b=&a=2"}
    assert without(scope, "lang") == "/x%20y?a=1&b=&a=2"
    assert without({"path": "//evil.example", "query_string": b""}) == "/evil.example"
