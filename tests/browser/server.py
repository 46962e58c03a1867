"""The application as a person meets it: the real server on a free port, over a database of the test's own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[str]:
    """Start the server with these `CRM_*` settings and give its address; its log is `folder/server.log`."""
    address = f"http://127.0.0.1:{_free_port()}"
    options = [f"--server.port={address.rsplit(':', 1)[1]}", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", *options]
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        _wait(process, f"{address}/health", log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def build_demo(folder: Path, *size: str) -> str:
    """A demonstration bank in `folder`, with `python -m lib demo`'s options; its database URL."""
    url = f"sqlite:///{folder / 'crm.db'}"
    for command in (["migrate"], ["demo", *size]):
        subprocess.run(
            [sys.executable, "-m", "lib", *command],
            cwd=ROOT,
            env={**os.environ, "CRM_DATABASE_URL": url},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return url


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the server did not start:\n" + log.read_text(errors="replace"))
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
