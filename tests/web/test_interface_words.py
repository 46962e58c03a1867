"""Streamlit's own words: every one we translate is still one it says."""

from __future__ import annotations

import re

import pytest

from lib.web.front import _ASSETS
from lib.web.protection import static_folder

SCRIPT = _ASSETS["zh_CN.js"].read_text("utf-8")
WORDS = dict(re.findall(r'^    "(.+?)": "(.+?)",$', SCRIPT, re.MULTILINE))
# The browser puts these together from parts: Press Enter | Ctrl+Enter | ⌘+Enter to apply | submit form.
COMPOSED = re.compile(r"Press (?:Ctrl\+|⌘\+)?Enter to (?:apply|submit form)")


@pytest.fixture(scope="module")
def source() -> str:
    return "\n".join(path.read_text("utf-8") for path in (static_folder() / "static" / "js").glob("*.js"))


def test_the_dictionary_is_read() -> None:
    assert len(WORDS) >= 60 and WORDS["Choose an option"] == "请选择"


@pytest.mark.parametrize("text", [text for text in WORDS if not COMPOSED.fullmatch(text)])
def test_streamlit_still_says_it(source: str, text: str) -> None:
    assert f"`{text}`" in source or f'"{text}"' in source


def test_streamlit_still_puts_the_hint_together(source: str) -> None:
    for part in ("Press Enter to ${", "+Enter to ${", "`submit form`:`apply`", "} per file`", "`⌘`:`Ctrl`"):
        assert part in source, part


def test_every_translation_is_chinese() -> None:
    for text, chinese in WORDS.items():
        assert re.search(r"[一-鿿]", chinese), (text, chinese)
