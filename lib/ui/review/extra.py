"""The meeting's sections that are no figures, and the notes beside every one: filled in where they are built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lib.words import _

#: what draws a section: `actions`, `decisions`, `signing` are called with (page, session, quarter), `notes` with
#: (page, session, quarter, key of the section it stands under)
EXTRA: dict[str, Callable[..., Any]] = {}
#: which of them stand before the figures, and which after
BEFORE, AFTER = ("actions",), ("decisions", "signing")


def title_of(key: str) -> str:
    """What a section of these is called."""
    return {"actions": _("上季行动落实情况"), "decisions": _("会议决定"), "signing": _("到会签字")}[key]
