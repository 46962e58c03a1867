"""Several rows handled at once: each in a transaction of its own, and what became of them said once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.store.session import Conflict, Refused, StoreSession
from lib.ui import frames
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _

#: what is done with one of the ticked rows; a row has at least its `number`
Act = Callable[[StoreSession, Any], object]


@dataclass(frozen=True)
class Outcome:
    """What became of the ticked rows: how many are done, and of the others the number and why not."""

    done: int
    left: tuple[tuple[str, str], ...]


def round_of(key: str) -> int:
    """How often something was done in this list: boxes begin unticked in each round."""
    rounds: int = st.session_state.get(f"{key}.round", 0)
    return rounds


def told(key: str, done: str, left: str, number: str) -> None:
    """Say once what the last handling did (`done`) and did not do (`left`, both with {n}); `number` titles a column."""
    outcome: Outcome | None = st.session_state.pop(f"{key}.outcome", None)
    if outcome is None:
        return
    if outcome.done:
        st.success(escaped(done.format(n=outcome.done)))
    if outcome.left:
        st.warning(escaped(left.format(n=len(outcome.left))))
        columns = [frames.Column("number", number, width=125), frames.Column("why", _("原因"))]
        frames.table([{"number": one, "why": why} for one, why in outcome.left], columns, key=f"{key}-left")


def doing(page: Page, key: str, wanted: Sequence[Any], act: Act) -> Callable[[object], None]:
    """What a form's save does with all ticked rows."""

    def save(_seen: object) -> None:
        st.session_state[f"{key}.outcome"] = each(page, wanted, act)
        st.session_state[f"{key}.round"] = round_of(key) + 1

    return save


def each(page: Page, wanted: Sequence[Any], act: Act) -> Outcome:
    """Do it with every row in turn: one that is refused, or was saved by somebody since, holds none of the others."""
    left = []
    for one in wanted:
        try:
            with page.session(write=True) as session:
                act(session, one)
        except Conflict:
            left.append((one.number, _("刚被别人更新过，请重新查看。")))
        except Refused as refused:
            left.append((one.number, str(refused)))
    return Outcome(len(wanted) - len(left), tuple(left))
