"""What follows an event: done once somebody spoke with the customer, dropped for who is not to be contacted."""

from __future__ import annotations

from lib.jobs.due import making
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.store.bulk import BulkSession

KINDS = ("event",)


def write_event_items(session: BulkSession, _frame: Frame, chunk: Chunk) -> int:
    """Nothing is made here: an item is planned when a guest is ticked. A colleague's conversation ends it too."""
    return making.finish(session, chunk, KINDS) + making.withdraw(session, chunk, KINDS, making.approachable())
