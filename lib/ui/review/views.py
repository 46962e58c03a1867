"""The views of the review page: one line each; only the one chosen is worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.ui.choices import choice
from lib.ui.review import closing, meeting, resolved
from lib.ui.review.look import Look
from lib.words import _


@dataclass(frozen=True)
class View:
    """One view: its word in the address (`?view=`), its title in the reader's language, and what draws it."""

    key: str
    title: Callable[[], str]
    draw: Callable[[Look], None]


VIEWS = (
    View("meeting", lambda: _("评审"), meeting.draw),
    View("decisions", lambda: _("措施与决议"), resolved.draw),
    View("close", lambda: _("关账"), closing.draw),
)


def choose() -> View:
    """The view chosen, kept in the address; the meeting is the first."""
    named = {view.key: view.title() for view in VIEWS}
    chosen = choice(_("看什么"), named, key="view", default=VIEWS[0].key, segments=True)
    return next(view for view in VIEWS if view.key == chosen)
