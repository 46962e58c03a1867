"""The banks the figures are taken on: demonstration banks of two sizes, built once and kept under data/bench."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import PostgresServer, find_binaries

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "data" / "bench"
QUARTERS = 12


def environment(url: str) -> dict[str, str]:
    """The environment of a process that works on this bank."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
    key = "b25seSBmb3IgZmlndXJlcywgbmV2ZXIgZm9yIGJhbms="  # 32 bytes; the banks here are made up
    return clean | {"CRM_DATABASE_URL": url, "CRM_DATA_KEY": key, "CRM_DEMO": "1"}


def lib(url: str, *arguments: str, said: str = "", **more: str) -> float:
    """Run one `python -m lib` command on a bank, with `said` as its input; the seconds it took."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "lib", *arguments], env=environment(url) | more, cwd=ROOT, check=True,
                   input=said, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    return time.perf_counter() - began


def sqlite_bank(customers: int) -> tuple[str, float]:
    """The URL of the SQLite bank of this size and the seconds its building took (when it was built)."""
    file, note = KEPT / f"{customers}.db", KEPT / f"{customers}.json"
    if not note.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for left in KEPT.glob(f"{customers}.db*"):
            left.unlink()
        took = lib(f"sqlite:///{file}", "demo", "--customers", str(customers), "--quarters", str(QUARTERS))
        note.write_text(json.dumps({"seconds": took}))
    return f"sqlite:///{file}", float(json.loads(note.read_text())["seconds"])


@contextmanager
def postgresql_bank(customers: int) -> Iterator[tuple[str, float]]:
    """A PostgreSQL bank of this size, for as long as the block lasts."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL not found; `make test` installs it")
    server = PostgresServer(binaries)
    try:
        url = server.create()
        yield url, lib(url, "demo", "--customers", str(customers), "--quarters", str(QUARTERS))
    finally:
        server.stop()
