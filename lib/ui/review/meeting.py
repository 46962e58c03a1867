"""评审: the meeting on screen, section by section for the projector (放映) or in one scroll (通读)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st
from sqlalchemy.orm import Session

from lib.meeting.book import NoFacts, meeting_of
from lib.meeting.parts import Meeting
from lib.meeting.telling import stamped
from lib.store.book import facts_version
from lib.store.quarter import Quarter
from lib.ui import frames, quarters
from lib.ui.cached import cached
from lib.ui.choices import choice
from lib.ui.frames import Link
from lib.ui.plain import escaped
from lib.ui.review import notes, pack, parts
from lib.ui.review.extra import EXTRA
from lib.ui.review.look import Look
from lib.words import _

ALL, PARAM = "all", "section"
_STYLE = Path(__file__).with_name("meeting.css")


@dataclass(frozen=True)
class Part:
    """One section as it stands in the meeting: its title with its number, and what draws it."""

    key: str
    title: str
    draw: Callable[[], None]


@cached()
def _read(session: Session, quarter: str, version: int, _facts: str) -> Meeting | None:
    """The meeting as this scope sees it: kept until something is written or a quarter is built."""
    try:
        return meeting_of(session, Quarter.parse(quarter), version or None)  # type: ignore[arg-type]
    except NoFacts:
        return None


def draw(look: Look) -> None:
    """The section chosen, or all of them."""
    version = look.run.version if look.run.corrected else 0
    found = _read(look.page.scope, look.quarter, version, facts_version())
    if found is None:
        frames.empty(_("这个季度还没有可读的数据。运行 python -m lib refresh 之后再来评审。"))
        return
    st.html(_STYLE)
    if look.run.corrected:
        quarters.say(look.run)
    there = _parts(look, found)
    chosen = _choose(there)
    with st.container(key="meeting-one" if chosen else "meeting-whole"):
        st.caption(escaped(stamped(found.stamp)))
        pack.draw(look)
        if not chosen:
            st.html(_index(there))
        for part in [chosen] if chosen else there:
            _part(look, part)
    if chosen:
        _onward(there, chosen)


def _parts(look: Look, found: Meeting) -> list[Part]:
    """The ten sections with their numbers."""
    return [
        Part(one.key, f"{number} {one.title}", partial(parts.section, one, found.currency))
        for number, one in enumerate(found.sections, 1)
    ]


def _choose(there: list[Part]) -> Part | None:
    """The section in the address (`?section=churn`); none is the whole."""
    named = {ALL: _("通读全部")} | {one.key: one.title for one in there}
    with st.container(key="meeting-bar"):
        chosen = choice(_("看哪一部分"), named, key=PARAM, default=ALL, segments=True)
    return next((one for one in there if one.key == chosen), None)


def _index(there: list[Part]) -> str:
    links = "".join(f'<a href="#{one.key}">{escape(one.title)}</a>' for one in there)
    return f'<nav class="crm-index" aria-label="{escape(_("目录"))}">{links}</nav>'


def _part(look: Look, part: Part) -> None:
    with st.container(key=f"meeting-section-{part.key}"):
        st.header(escaped(part.title), anchor=part.key)
        part.draw()
        with look.page.session() as session:
            if part.key in EXTRA:
                EXTRA[part.key](look.page, session, look.run.quarter)
            notes.beside(look.page, session, look.run.quarter, part.key)


def _onward(there: list[Part], chosen: Part) -> None:
    """To the section before and the next, as one goes through a meeting."""
    at = there.index(chosen)
    kept = {key: st.query_params[key] for key in ("quarter", "version") if key in st.query_params}
    with st.container(horizontal=True, horizontal_alignment="distribute", key="meeting-onward"):
        for place, icon in ((at - 1, ":material/arrow_back:"), (at + 1, ":material/arrow_forward:")):
            if 0 <= place < len(there):
                to = there[place]
                frames.link(Link("review", kept | {PARAM: to.key}, to.title, icon))
