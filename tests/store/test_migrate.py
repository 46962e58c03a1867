"""Migrations: from nothing and from every earlier revision with rows in it, to exactly the tables of the models."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, LargeBinary, MetaData, Table, func, select

from lib.store import migrate
from lib.store.base import Base, Confidential
from lib.store.bulk import bulk
from lib.store.engine import engine, write_engine
from lib.store.models import AuditEntry, CalendarDay, RuleEntry

Enter = Callable[[str], str]
# What a column must hold to pass its table's checks.
MUST_BE = {("customer", "kind"): "personal", ("customer", "stage"): "customer", ("transaction", "direction"): "credit",
           ("change_request", "state"): "pending", ("change_request", "decided_by"): None,
           ("saved_view", "shared"): "own", ("action", "state"): "open",
           ("due_item", "state"): "open", ("outside_fact", "lawful_basis"): "contract",
           ("tier_decision", "act"): "held", ("message", "channel"): "sms", ("message", "state"): "queued",
           ("campaign", "state"): "draft", ("survey", "state"): "draft", ("recommendation", "outcome"): "open",
           ("service_check", "kind"): "mystery", ("finding", "state"): "open",
           ("finding", "verified_by"): None,
           ("event", "state"): "draft", ("event", "taken"): 0, ("event", "waiting"): 0,
           ("invitation", "state"): "invited", ("referral", "state"): "open",
           ("referral", "referred_id"): 2,
           ("point_entry", "account"): "customer", ("point_entry", "kind"): "earn",
           ("appraisal_card", "level"): "manager", ("appraisal_card", "state"): "computed",
           ("course", "kind"): "in_service", ("course", "form"): "lecture",
           ("training_session", "state"): "held",
           ("review_signature", "opinion"): None, ("review_signature", "signed_at"): None}  # fmt: skip
REVISIONS = [s.revision for s in ScriptDirectory.from_config(migrate._config(None)).walk_revisions()][::-1]


def upgrade_to(revision: str) -> None:
    with write_engine().connect() as link:
        command.upgrade(migrate._config(link), revision)
        link.commit()


def tables() -> list[Table]:
    """The tables there are now, those referred to first; not the full text and Alembic's own."""
    metadata = MetaData()
    with engine().connect() as link:
        metadata.reflect(link)
    return [t for t in metadata.sorted_tables if "_text" not in t.name and t.name != "alembic_version"]


def fill(all_tables: list[Table]) -> None:
    """One row in every table, with something in every column that must not be empty."""
    with write_engine().begin() as link:
        for table in all_tables:
            needed = [c for c in table.columns if not c.nullable or c.primary_key]
            link.execute(table.insert().values({c.name: plain(table, c) for c in needed}))


def plain(table: Table, column: Any) -> Any:
    kind = column.type
    if (table.name, column.name) in MUST_BE:
        return MUST_BE[table.name, column.name]
    for types, value in ((Boolean, True), (DateTime, datetime(2026, 3, 2)), (Date, date(2026, 3, 2)), (JSON, {})):
        if isinstance(kind, types):
            return value
    if isinstance(kind, LargeBinary):
        return b"1"
    return 1 if isinstance(kind, Integer) else "1"


def differences() -> list[Any]:
    """What Alembic would still have to do to the database, the full text left out."""

    def ours(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return "_text" not in str(name)

    with engine().connect() as link:
        context = MigrationContext.configure(link, opts={"include_object": ours, "compare_type": differs})
        return compare_metadata(context, Base.metadata)


def differs(context: Any, _there: Any, _ours: Any, there: Any, ours: Any) -> bool | None:
    """Our private columns are compared by what they are stored as; None leaves the others to Alembic."""
    if not isinstance(ours, Confidential):
        return None
    stored = ours.stored_as() if isinstance(ours.stored_as, type) else ours.stored_as
    return bool(there.compile(context.dialect) != stored.compile(context.dialect))


def test_from_nothing_to_the_models(database_url: str, entered: Enter) -> None:
    entered(database_url)
    assert not migrate.is_current()
    loaded = migrate.upgrade()
    assert migrate.is_current() and differences() == []
    assert loaded["rules"] > 50 and loaded["calendar_days"] > 500
    assert {t.name for t in tables()} == set(Base.metadata.tables)


def test_a_second_time_changes_nothing(database_url: str, entered: Enter) -> None:
    entered(database_url)
    migrate.upgrade()
    with bulk("count", write=False) as session:
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (RuleEntry, CalendarDay, AuditEntry)]
        digests = set(session.scalars(select(RuleEntry.digest)))
    assert migrate.upgrade() == {"rules": 0, "calendar_days": 0}
    with bulk("count", write=False) as session:
        assert [
            session.scalar(select(func.count()).select_from(t)) for t in (RuleEntry, CalendarDay, AuditEntry)
        ] == counts
        assert set(session.scalars(select(RuleEntry.digest))) == digests


def loaded() -> list[Any]:
    with bulk("count", write=False) as session:
        counts = [session.scalar(select(func.count()).select_from(t)) for t in (RuleEntry, CalendarDay, AuditEntry)]
        return [*counts, sorted(session.scalars(select(RuleEntry.digest)))]


@pytest.mark.parametrize("revision", REVISIONS)
def test_from_every_revision_with_rows_in_it(database_url: str, entered: Enter, revision: str) -> None:
    entered(database_url)
    upgrade_to(revision)
    before = tables()
    fill(before)
    upgrade_to("head")
    assert differences() == []
    with engine().connect() as link:
        for table in tables():
            if table.name in {t.name for t in before}:
                assert link.scalar(select(func.count()).select_from(table)) == 1, table.name


def test_a_failed_migration_leaves_nothing(database_url: str, entered: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of one revision come whole or not at all, so that the next try begins where this one did."""
    entered(database_url)
    script = ScriptDirectory.from_config(migrate._config(None)).get_revision(REVISIONS[-1])
    real = script.module.upgrade

    def break_at_the_end() -> None:
        real()
        raise ZeroDivisionError

    monkeypatch.setattr(ScriptDirectory, "from_config", lambda config, given=ScriptDirectory.from_config: _with(
        given(config), break_at_the_end))  # fmt: skip
    with pytest.raises(ZeroDivisionError):
        upgrade_to("head")
    monkeypatch.undo()
    entered(database_url)
    names = {t.name for t in tables()}
    assert len(REVISIONS) > 1 or names == set()


def _with(scripts: ScriptDirectory, upgrade: Callable[[], None]) -> ScriptDirectory:
    scripts.get_revision(REVISIONS[-1]).module.upgrade = upgrade
    return scripts


def test_history_goes_forward_only_and_in_one_line() -> None:
    scripts = ScriptDirectory.from_config(migrate._config(None))
    assert len(scripts.get_heads()) == 1
    assert [f"{place:04d}" for place in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert not any(hasattr(s.module, "downgrade") for s in scripts.walk_revisions())
