"""The application without a browser: a script run for somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.settings import ROOT
from lib.store import sessions

SECONDS = 20


def user_of(login: str, locale: str = "zh_CN") -> dict[str, Any]:
    """What the front door tells the script about a person of the current bank, with a session begun for it."""
    begun = sessions.begin(login, "password")
    assert begun is not None, login
    return {"login": login, "session": str(begun.session_id), "locale": locale}


def application(login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    """The whole application, run once on its first page; go on with `switch_page("pages/…")` and `.run()`."""
    st.cache_data.clear()
    st.cache_resource.clear()
    at = AppTest.from_file(str(ROOT / "lib" / "ui" / "shell.py"), default_timeout=SECONDS)
    return _run(at, user_of(login, locale), query)


def page(file: str, login: str, locale: str = "zh_CN", **query: str) -> AppTest:
    """A page, such as `customers/tiers.py`, as this person opens it by its address; it draws without an error."""
    at = application(login, locale)
    at.switch_page(f"../../pages/{file}")
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def script(made: Callable[..., None], login: str, locale: str = "zh_CN", **arguments: Any) -> AppTest:
    """A script of the test's own, run once; `made` imports what it needs."""
    st.cache_data.clear()
    at = AppTest.from_function(made, default_timeout=SECONDS, kwargs=arguments)
    return _run(at, user_of(login, locale), {})


def _run(at: AppTest, user: dict[str, Any], query: dict[str, str]) -> AppTest:
    at.user = user
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def words_of(at: AppTest) -> str:
    """Every word on the screen that a person can read as text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "info", "warning", "error", "success")
    return "\n".join(str(element.value) for kind in kinds for element in at.get(kind))
