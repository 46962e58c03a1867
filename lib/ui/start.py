"""The start of the process: is the bank ready, warm up once; and what a person sees when something breaks."""

from __future__ import annotations

import ctypes
import gc
import logging
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from lib.settings import SettingsError, settings
from lib.store import book, engine, migrate
from lib.ui.figures import figure, layout, trace
from lib.ui.plain import escaped
from lib.words import _, use_locale

log = logging.getLogger("crm")


_M_ARENA_MAX = -8


def ready_or_stop() -> None:
    """Leave with one sentence where the environment is wrong or the database is not of this version."""
    try:
        current = migrate.is_current()
    except SettingsError as wrong:
        _stop(str(wrong))
    except (SQLAlchemyError, OSError) as wrong:
        _stop(f"The database cannot be reached: {str(wrong).splitlines()[0]}")
    if not current:
        _stop("The database is not of this version: run `python -m lib migrate` first.")


def _stop(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Do once what the first visitor would wait for, then take it all out of the garbage collector's way.

    Streamlit collects after every run of a script; without freezing, that costs more than the page.
    """
    share_memory()
    engine.lease_node()
    warm_up()
    gc.collect()
    gc.freeze()
    yield


def share_memory() -> None:
    """Let threads share two heaps: with one each, forty threads keep 30 MB and more that nobody uses (glibc only)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def warm_up() -> None:
    """One query, one figure, one table: everything heavy is imported and every mapper configured."""
    import pandas as pd

    with use_locale(settings().locale):
        book.rulebook()
        book.calendar()
    figure([trace("bar", x=["a"], y=[1])], layout()).to_json()
    pd.DataFrame({"a": [1]}).to_json()


def show_error(error: Exception) -> bool:
    """A sentence with a number for the person, the detail under that number in the log."""
    number = secrets.token_hex(4)
    log.error("error %s", number, exc_info=error)
    st.error(
        escaped(_("出错了，这一步没有完成。请重试；仍然不行时，把编号 {number} 告诉系统管理员。").format(number=number))
    )
    return True
