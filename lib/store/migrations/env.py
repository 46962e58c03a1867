"""Runs the migrations on the connection handed over by lib.store.migrate."""

from typing import Any

from alembic import context
from sqlalchemy.types import TypeDecorator

from lib.store import models as _models  # noqa: F401  (registers the tables)
from lib.store.base import Base, Confidential


def _plain_type(kind: str, item: Any, _context: Any) -> Any:
    """Migrations name plain column types, so that they keep their meaning when ours change."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    stored = item.stored_as if isinstance(item, Confidential) else item.impl
    return f"sa.{stored() if isinstance(stored, type) else stored!r}"


def _is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Full-text tables (and what SQLite keeps beside them) are made by hand, in the migrations themselves."""
    return kind != "table" or "_text" not in str(name)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_plain_type,
    include_object=_is_ours,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
