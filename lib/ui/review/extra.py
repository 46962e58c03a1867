"""The meeting's sections that people fill in, and the notes beside every one: what draws each."""

from __future__ import annotations

from collections.abc import Callable

from lib.store.quarter import Quarter
from lib.store.session import StoreSession
from lib.ui.page import Page
from lib.ui.review import actions, decisions, signing

Draw = Callable[[Page, StoreSession, Quarter, int | None], None]

#: by the key of the section in the meeting, whose title and place it keeps
EXTRA: dict[str, Draw] = {"actions": actions.draw, "decisions": decisions.draw, "signing": signing.draw}
