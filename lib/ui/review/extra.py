"""The parts of the meeting that people fill in: what draws each, by the key of its section."""

from __future__ import annotations

from collections.abc import Callable

from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui.page import Page
from lib.ui.review import actions, decisions, notes, signing

Draw = Callable[[Page, StoreSession, Quarter, int | None], None]

EXTRA: dict[str, Draw] = {
    "actions": actions.draw, "decisions": decisions.draw, "notes": notes.draw, "signing": signing.draw,
}  # fmt: skip
