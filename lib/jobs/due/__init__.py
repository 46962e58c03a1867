"""The due items rules make: each cycle once, ended by what was done, never brought up again once settled."""

from __future__ import annotations

from lib.jobs.due.care import write_care_items
from lib.jobs.due.events import write_event_items
from lib.jobs.due.leaving import write_leaving_items
from lib.jobs.due.records import write_duplicate_items, write_refresh_items
from lib.jobs.due.suitability import write_suitability_items
from lib.jobs.due.visits import write_visit_items
from lib.jobs.due.watch import write_watch_items
from lib.jobs.facts.members import Chunk
from lib.kpi.frame import Frame
from lib.store.bulk import BulkSession

__all__ = ["write_due_items", "write_duplicate_items", "write_refresh_items"]


def write_due_items(session: BulkSession, frame: Frame, chunk: Chunk) -> int:
    """Bring what a chunk's customers are due to data, rules and the day: visits, care, watch,
    suitability, reasons for leaving, refresh."""
    made = write_visit_items(session, frame, chunk) + write_care_items(session, frame, chunk)
    made += write_watch_items(session, frame, chunk) + write_suitability_items(session, frame, chunk)
    made += write_event_items(session, frame, chunk)
    made += write_leaving_items(session, frame, chunk)
    return made + write_refresh_items(session, frame, chunk)
