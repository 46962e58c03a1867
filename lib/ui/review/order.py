"""The order of the meeting: its ten numbered sections, and the notes before the signatures."""

from __future__ import annotations

from lib.meeting.book import KEYS
from lib.words import _

#: sections people fill in, before and after those told from figures
BEFORE, AFTER = ("actions",), ("decisions", "notes", "signing")
NUMBERED = (*BEFORE, *KEYS, "decisions", "signing")


def numbered(key: str, title: str) -> str:
    """`3 未达标指标`; the notes have no number."""
    return f"{NUMBERED.index(key) + 1} {title}" if key in NUMBERED else title


def title_of(key: str) -> str:
    """What a section that people fill in is called."""
    return {
        "actions": _("上季行动落实情况"), "decisions": _("会议决定"), "notes": _("会上记录"), "signing": _("到会签字"),
    }[key]  # fmt: skip
