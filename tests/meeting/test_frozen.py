"""The meeting about a closed quarter says the same whatever comes later; an old version is asked for by its number."""

from __future__ import annotations

from lib.jobs.refresh import refresh
from lib.meeting.book import meeting_of
from lib.meeting.parts import Meeting
from lib.store.session import open_session
from tests.jobs.test_close import change_everything, closed, corrected, ready
from tests.review.closable import LAST, closable_made, closable_on_sqlite, crm, quiet

_ = (closable_made, closable_on_sqlite)


def meeting(version: int | None = None) -> Meeting:
    with open_session(crm(), "test") as session:
        return meeting_of(session, LAST, version)


def figures(of: Meeting) -> list[tuple[str, ...]]:
    """What the sections told from figures say; who signed speaks of the version that stands."""
    return [one.findings for one in of.sections if one.key not in ("actions", "decisions", "signing")]


def test_a_closed_quarter_is_told_by_what_it_was_closed_with(closable_on_sqlite: str) -> None:
    ready()
    done = closed()
    before = meeting()
    assert before.stamp.closed and before.stamp.version == done.version
    change_everything()
    refresh(quiet)
    assert meeting().sections == before.sections
    again = corrected()
    now = meeting()
    assert now.stamp.version == again.version and now.sections != before.sections
    old = meeting(done.version)
    assert old.stamp.version == done.version
    assert figures(old) == figures(before)
