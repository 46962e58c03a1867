"""A list of what happened, newest first, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from lib import words
from lib.ui.frames import Link, link
from lib.ui.plain import escaped
from lib.words import _


@dataclass(frozen=True)
class Entry:
    """One thing: when (aware), in which words, the facts beside it, the text somebody wrote, where it leads.

    `whole_day` shows the day without a time of day; `tone` is a name of Streamlit's colours.
    """

    at: datetime
    title: str
    facts: Sequence[str] = ()
    text: str = ""
    to: Link | None = None
    badge: str = ""
    tone: str = "gray"
    whole_day: bool = False


def draw(entries: Sequence[Entry], *, key: str) -> None:
    """Draw the entries under a heading for each month."""
    month = ""
    with st.container(key=key, gap="small"):
        for entry in entries:
            local = entry.at.astimezone(words.SHANGHAI)
            if month != f"{local:%Y-%m}":
                month = f"{local:%Y-%m}"
                st.caption(f"**{escaped(_('{year} 年 {month} 月').format(year=local.year, month=local.month))}**")
            _draw(entry)


def _draw(entry: Entry) -> None:
    """One element an entry: a page of them must stay quick and short."""
    when = words.day(entry.at.astimezone(words.SHANGHAI).date()) if entry.whole_day else words.moment(entry.at)
    facts = " · ".join(escaped(fact) for fact in entry.facts if fact)
    head = [
        f":gray[{escaped(when)}]",
        f":{entry.tone}-badge[{escaped(entry.badge)}]",
        f"**{escaped(entry.title)}**",
        facts,
    ]
    lines = ["  ".join(part for part in head if part), *([escaped(entry.text)] if entry.text else [])]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("  \n".join(lines), width="stretch" if entry.to is None else "content")
        if entry.to is not None:
            link(entry.to)
