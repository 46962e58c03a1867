"""The views of the page by their word in the address; one more is one line here."""

from __future__ import annotations

from collections.abc import Callable

from lib.ui.engagement import communities, events, points, referrals
from lib.ui.page import Page
from lib.words import _

View = tuple[str, Callable[[Page], None]]


def views() -> dict[str, View]:
    """Code → title and what draws it; the first is what the page opens with."""
    return {
        "": (_("活动与讲座"), events.draw),
        "communities": (_("社群"), communities.draw),
        "referrals": (_("推荐"), referrals.draw),
        "points": (_("积分"), points.draw),
    }
