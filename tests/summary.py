"""The last lines of a test run name everything that was skipped, once for each reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print `skipped: REASON (N tests)` for every reason."""
    for line in skipped_lines(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(line, yellow=True)


def skipped_lines(reports: list[Any]) -> list[str]:
    """One line for each reason among skipped reports, the most frequent first."""
    reasons = Counter(_reason(report.longrepr) for report in reports)
    return [f"skipped: {reason} ({count} tests)" for reason, count in reasons.most_common()]


def _reason(longrepr: object) -> str:
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return str(text).removeprefix("Skipped: ")
