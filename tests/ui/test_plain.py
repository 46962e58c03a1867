"""Markdown in data comes out letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ui.plain import escaped

EVIL = ("![x](http://evil/p.png)", "[a](javascript:x)", "**b**", "`c`", ":red[d]", "# e", "- f", "> g", "1. h",
        "<img src=x>", "$x$", "~~i~~", "http://evil.example", "&amp;", "| a | b |", "+ j", "\\*")  # fmt: skip


@pytest.mark.parametrize("text", EVIL)
def test_nothing_is_read_as_markup(text: str) -> None:
    safe = escaped(text)
    bare = "".join(safe[i] for i in range(len(safe)) if safe[i] != "\\" and (i == 0 or safe[i - 1] != "\\"))
    for mark in "`*_[]<>$~:|&!(":
        assert mark not in bare, (text, safe)


def test_figures_stay_readable() -> None:
    assert escaped("2026-09-30 12.34%") == "2026-09-30 12.34%"


@given(st.text(alphabet="ab*[](){}!\\\n`", max_size=20))
def test_taking_the_backslashes_away_gives_the_text_back(text: str) -> None:
    safe, plain, i = escaped(text), "", 0
    while i < len(safe):
        i += safe[i] == "\\"
        plain += safe[i]
        i += 1
    assert plain == " ".join(text.split())
