"""The views of the tiers page: one line each; only the one chosen is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.ui.choices import choice
from lib.ui.tiers import coverage, moves, near, overview, review, shares, tags
from lib.ui.tiers.look import Look
from lib.words import _


@dataclass(frozen=True)
class View:
    """One view: its word in the address (`?view=`), its title in the reader's language, and what draws it."""

    key: str
    title: Callable[[], str]
    draw: Callable[[Look], None]


VIEWS = (
    View("overview", lambda: _("概览"), overview.draw),
    View("moves", lambda: _("层级变动"), moves.draw),
    View("near", lambda: _("临界与推荐"), near.draw),
    View("coverage", lambda: _("覆盖"), coverage.draw),
    View("structure", lambda: _("结构"), shares.draw),
    View("tags", lambda: _("标签"), tags.draw),
    View("review", lambda: _("层级审议"), review.draw),
)


def choose() -> View:
    """The view chosen, kept in the address."""
    named = {view.key: view.title() for view in VIEWS}
    chosen = choice(_("看什么"), named, key="view", default=VIEWS[0].key, segments=True)
    return next(view for view in VIEWS if view.key == chosen)
