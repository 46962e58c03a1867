"""The pack's sections that are not computed: what was decided before and now, who signed, what was noted.

Filled in where they are built (lib.meeting.actions, lib.meeting.decided); each is called with session, quarter and
version, and gives a Section within the session's scope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lib.meeting.parts import Meeting, Section
from lib.store.quarter import Quarter
from lib.store.session import StoreSession

Made = Callable[[StoreSession, Quarter, int | None], Section]
BEFORE: tuple[Made, ...] = ()
AFTER: tuple[Made, ...] = ()


def around(session: StoreSession, quarter: Quarter, meeting: Meeting) -> Meeting:
    """The meeting with what stands before and after its figures."""
    before, after = ([made(session, quarter, meeting.stamp.version) for made in ways] for ways in (BEFORE, AFTER))
    return replace(meeting, sections=(*before, *meeting.sections, *after))
