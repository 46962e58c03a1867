"""The views of the page: one line each, with who has it. Adding a view is adding its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.ui.page import Page
from lib.ui.satisfaction import checks, findings, waits
from lib.words import _


@dataclass(frozen=True)
class View:
    """One view: its word in the address, what it is called, how it is drawn, and who has it."""

    code: str
    title: str
    draw: Callable[[Page], None]
    sees: Callable[[Page], bool]


def views() -> tuple[View, ...]:
    """All views, in their order."""
    return (
        View("checks", _("服务检查"), checks.draw, _of_a_branch),
        View("findings", _("质量问题"), findings.draw, _anybody),
        View("waits", _("等候与办理时间"), waits.draw, _of_a_branch),
    )


def of(page: Page) -> dict[str, View]:
    """The views the reader has, by code."""
    return {one.code: one for one in views() if one.sees(page)}


def _of_a_branch(page: Page) -> bool:
    """Who sees how branches do: their own, or all; an officer belongs to none."""
    return page.scope.facts in ("own", "branch", "bank")


def _anybody(_page: Page) -> bool:
    return True
