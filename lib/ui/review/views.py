"""The views of the review page: one line each; only the one chosen is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.ui.choices import choice
from lib.ui.review import closing, resolved
from lib.ui.review.look import Look
from lib.words import _


@dataclass(frozen=True)
class View:
    """One view: its word in the address (`?view=`), its title in the reader's language, and what draws it."""

    key: str
    title: Callable[[], str]
    draw: Callable[[Look], None]


VIEWS = (
    View("close", lambda: _("关账"), closing.draw),
    View("decisions", lambda: _("措施与决议"), resolved.draw),
)


def choose() -> View:
    """The view chosen, kept in the address; no choice is drawn where there is but one."""
    if len(VIEWS) == 1:
        return VIEWS[0]
    named = {view.key: view.title() for view in VIEWS}
    chosen = choice(_("看什么"), named, key="view", default=VIEWS[0].key, segments=True)
    return next(view for view in VIEWS if view.key == chosen)
