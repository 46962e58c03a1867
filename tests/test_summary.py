"""Skips are named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from tests.summary import skipped_lines

ROOT = Path(__file__).resolve().parent.parent


def report(reason: str) -> SimpleNamespace:
    return SimpleNamespace(longrepr=("test_x.py", 1, f"Skipped: {reason}"))


def test_each_reason_is_named_once_with_its_count() -> None:
    lines = skipped_lines([report("no fonts"), report("no PostgreSQL"), report("no PostgreSQL")])
    assert lines == ["skipped: no PostgreSQL (2 tests)", "skipped: no fonts (1 tests)"]


def run(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text("from tests.summary import pytest_terminal_summary\n")
    (folder / "test_it.py").write_text(
        "from tests.missing import missing\ndef test_it():\n    missing('PostgreSQL not found')\n"
    )
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)],
        cwd=folder,
        env={"CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_person_sees_the_skip_in_the_last_lines(tmp_path: Path) -> None:
    done = run(tmp_path, ci="")
    assert done.returncode == 0, done.stdout
    assert "skipped: PostgreSQL not found (1 tests)" in done.stdout.splitlines()[-2:]


def test_the_build_server_fails_instead(tmp_path: Path) -> None:
    done = run(tmp_path, ci="true")
    assert done.returncode == 1
    assert "PostgreSQL not found" in done.stdout
