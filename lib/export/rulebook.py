"""The rulebook in force with its whole history as one TOML file, in the form the upload takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lib.rulebook.written import as_toml
from lib.settings import today
from lib.store.book import rulebook
from lib.store.scope import Scope
from lib.words import _, use_locale

PAGE = "rulebook"


def make(_scope: Scope, _query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content; the file is in the language of the rulebook, whatever the reader's."""
    return f"{_('口径库')}.toml", "application/toml; charset=utf-8", content()


def content() -> Iterator[bytes]:
    """The whole file as bytes, its first line saying what it is."""
    with use_locale("zh_CN"):
        head = _("# 口径库，{day} 导出。可修改后在“制度口径”页面上传：只比较每条口径的最新条目。")
    yield f"{head.format(day=today().isoformat())}\n\n{as_toml(rulebook())}".encode()
