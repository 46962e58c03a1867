"""Cached reads: shared by all users, so the frozen scope and the data's version come first in every key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from lib import words
from lib.settings import settings
from lib.store.book import data_version, facts_version
from lib.store.scope import Scope
from lib.store.session import open_session

P = ParamSpec("P")
T = TypeVar("T")
TTL = timedelta(minutes=10)
_VERSIONS: dict[str, Callable[[], object]] = {"rows": data_version, "facts": facts_version}


def cached(
    of: str = "rows",
) -> Callable[[Callable[Concatenate[Session, P], T]], Callable[Concatenate[Scope, P], T]]:
    """Make a read of a session into a cached read of a scope.

    `of="rows"` is dropped after any write, `of="facts"` when a quarter is built or closed. Arguments are
    plain keys (quarter, branch, text), never frames; the answer is data and the caller's own copy.
    """
    version = _VERSIONS[of]

    def make(read: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Scope, P], T]:
        # Streamlit tells cached functions apart by their source, and that of `remembered` is always the same.
        which = f"{read.__code__.co_filename}:{read.__qualname__}"

        @st.cache_data(ttl=TTL, max_entries=1000, show_spinner=False)
        def remembered(scope: Scope, world: tuple[object, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
            with open_session(scope, read.__module__) as session:
                return read(session, *args, **kwargs)

        @wraps(read)
        def answer(scope: Scope, *args: P.args, **kwargs: P.kwargs) -> T:
            world = (which, settings().database_url, settings().as_of, words.current_locale(), version())
            return remembered(scope, world, args, kwargs)

        return answer

    return make
