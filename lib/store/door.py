"""The store's own way to the connection of a session: for what must be read or written whatever the scope."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lib.store.models import AuditHead


def link_of(session: Session) -> Connection:
    """The connection of a session's transaction; it narrows nothing, so it stays inside lib/store."""
    return Session.connection(session, {"mapper": AuditHead})
