"""The views of the page: one line each, with who has it. Adding a view is adding its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.ui.page import Page
from lib.ui.satisfaction import checks, findings, results, surveys, unhappy, verbatims, waits
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
        View("results", _("结果"), results.draw, _whole),
        View("surveys", _("调查"), surveys.draw, _whole),
        View("verbatims", _("原话"), verbatims.draw, _words),
        View("unhappy", _("不满意客户"), unhappy.draw, _cases),
        View("checks", _("服务检查"), checks.draw, _of_a_branch),
        View("findings", _("质量问题"), findings.draw, _anybody),
        View("waits", _("等候与办理时间"), waits.draw, _of_a_branch),
    )


def of(page: Page) -> dict[str, View]:
    """The views the reader has, by code."""
    return {one.code: one for one in views() if one.sees(page)}


def _whole(page: Page) -> bool:
    """Who sees customers whole: whoever sees them only through a case has none of their answers."""
    return not page.scope.narrow


def _words(page: Page) -> bool:
    """What customers say names them: it is for who sees their names."""
    return _whole(page) and not page.scope.masked_names


def _cases(page: Page) -> bool:
    return page.scope.cases != "none"


def _of_a_branch(page: Page) -> bool:
    """Who sees how branches do: their own, or all; an officer belongs to none."""
    return page.scope.facts in ("own", "branch", "bank")


def _anybody(_page: Page) -> bool:
    return True
