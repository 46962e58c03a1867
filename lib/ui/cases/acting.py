"""Acting on a case: what this person began from, forms that keep to it, and one transaction for each command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lib.store.holder import holder_of
from lib.store.models import Case
from lib.store.session import Conflict, StoreSession
from lib.ui.forms import SaveForm, Seen
from lib.ui.page import Page
from lib.words import _, name
from lib.work import steps
from lib.work.moves import Move

_BEGUN = "case.begun"
LONGEST = 4000


@dataclass(frozen=True)
class Begun:
    """The case as this person began to act on it: what they write is judged against this, and never lost."""

    number: str
    version: int
    state: str
    moves: tuple[Move, ...]


def begun_with(case: Case, page: Page) -> Begun:
    """What this person began from; the case as it is when they have just opened it."""
    begun: Begun | None = st.session_state.get(_BEGUN)
    if begun is None or begun.number != case.number:
        begun = Begun(case.number, case.version, case.state, steps.open_moves(page.scope, case))
        st.session_state[_BEGUN] = begun
    return begun


def leave() -> None:
    """Forget what was begun: the list is open again, or the newest state is wanted."""
    st.session_state.pop(_BEGUN, None)


def gone(page: Page, number: str) -> str:
    """Why a case cannot be shown: who took it while it was open here, else that it is out of reach."""
    begun: Begun | None = st.session_state.get(_BEGUN)
    with page.session() as session:
        holder = holder_of(session, number) if begun is not None and begun.number == number else None
    if holder is not None:
        return _("这件事项已由{name}处理。").format(name=holder)
    return _("没有找到这件事项，或它不在你的范围内。")


def form_on(what: str, begun: Begun) -> SaveForm:
    """A form on the case as it was begun: a newer state of the case is another form, beginning empty."""
    before = {"state": name("case_state", begun.state)}
    return SaveForm(f"{what}-{begun.number}-{begun.version}", version=begun.version, before=before)


def submit(
    form: SaveForm, page: Page, begun: Begun, act: Callable[[StoreSession, int], object], *,
    label: str, problems: list[str] | None = None, done: str = "", to: str = "",
) -> None:  # fmt: skip
    """The button of a form on the case: runs one command with the version the person read."""
    mine = {"state": name("case_state", to or begun.state)}
    form.submit(_saving(page, act), problems=problems or [], mine=mine, titles={"state": _("状态")}, label=label,
                done=done)  # fmt: skip


def said(text: str) -> list[str]:
    """The problem of a text that says nothing."""
    return [] if text.strip() else [_("请写明内容。")]


def _saving(page: Page, act: Callable[[StoreSession, int], object]) -> Callable[[Seen], None]:
    """Run one command in a transaction of its own; what a colleague saved first is told by name, not by code."""

    def save(seen: Seen) -> None:
        try:
            with page.session(write=True) as session:
                act(session, seen.version or 0)
            leave()
        except Conflict as conflict:
            state = conflict.theirs.get("state")
            raise Conflict({"state": name("case_state", str(state))} if state else {}, conflict.version) from conflict

    return save
