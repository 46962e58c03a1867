"""The banks the figures are taken on: demonstration banks of two sizes, built once and kept under data/bench."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import PostgresServer, find_binaries

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "data" / "bench"
QUARTERS, SMALL = 12, 2_000


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
    return _kept(str(customers), lambda url: demo(url, customers))


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL database, for as long as the block lasts."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL not found; `make test` installs it")
    server = PostgresServer(binaries)
    try:
        yield server.create()
    finally:
        server.stop()


def demo(url: str, customers: int, quarters: int = QUARTERS) -> float:
    """Build a demonstration bank there; the seconds it took."""
    return lib(url, "demo", "--customers", str(customers), "--quarters", str(quarters))


def grown(url: str, customers: int) -> float:
    """Build a small demonstration bank there and add so many people for searching; the seconds it took."""
    began = time.perf_counter()
    demo(url, SMALL, 3)
    subprocess.run([sys.executable, "-m", "tests.bench.million", str(customers)], env=environment(url), cwd=ROOT,
                   check=True)  # fmt: skip
    return time.perf_counter() - began


def grown_sqlite(customers: int) -> tuple[str, float]:
    """The URL of the SQLite bank so many people were added to, kept, and the seconds its building took."""
    return _kept(f"found-{customers}", lambda url: grown(url, customers))


def _kept(name: str, build: Callable[[str], float]) -> tuple[str, float]:
    file, note = KEPT / f"{name}.db", KEPT / f"{name}.json"
    url = f"sqlite:///{file}"
    if not note.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for left in KEPT.glob(f"{name}.db*"):
            left.unlink()
        note.write_text(json.dumps({"seconds": build(url)}))
    return url, float(json.loads(note.read_text())["seconds"])
