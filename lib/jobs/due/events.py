"""What follows an event: done once somebody spoke with the customer, dropped for who is not to be contacted."""

from __future__ import annotations

from lib.jobs.due import making
from lib.jobs.facts.members import Chunk
from lib.store.bulk import BulkSession


def settle_event_items(session: BulkSession, chunk: Chunk) -> int:
    """The items are made when a guest is ticked (lib.engagement.attending); here colleagues' conversations end them."""
    return making.finish(session, chunk, ["event"]) + making.withdraw(session, chunk, ["event"], making.approachable())
