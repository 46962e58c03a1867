"""Bringing a database to this version: tables by Alembic, then rules, KPI catalogue and calendar once."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from lib.settings import ROOT
from lib.store.engine import engine, write_engine
from lib.store.shipped import load_shipped


def upgrade() -> dict[str, int]:
    """Run the missing migrations, then load what is shipped and not yet there. Returns what was loaded."""
    with write_engine().connect() as link:
        command.upgrade(_config(link), "head")
        link.commit()
    return load_shipped()


def is_current() -> bool:
    """Whether the database has this version's tables."""
    with engine().connect() as link:
        return MigrationContext.configure(link).get_current_revision() == head()


def head() -> str:
    """The newest revision this version knows."""
    found = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert found is not None
    return found


def _config(link: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "lib" / "store" / "migrations"))
    config.attributes["connection"] = link
    return config
