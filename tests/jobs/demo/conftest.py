"""One demonstration bank for all tests of its figures, large enough for its story to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs.demo.bank import Rows, built


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of a bank of 2 600 customers: two chunks."""
    folder: Path = tmp_path_factory.mktemp("demo")
    return built(f"sqlite:///{folder / 'bank.db'}", 2600)
