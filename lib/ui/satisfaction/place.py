"""Which branch the views of service quality look at: all for who oversees the bank, else one's own."""

from __future__ import annotations

from lib.ui import quarters
from lib.ui.choices import choice
from lib.ui.page import Page
from lib.words import _


def branch_asked(page: Page) -> int | None:
    """The branch in the address; None: the whole bank."""
    house, scope = quarters.house(page.scope), page.scope
    if scope.facts != "bank":
        return scope.branch_id
    return house.branch_of(choice(_("支行"), {"": _("全行"), **dict(house.branches.values())}, key="branch"))


def branch_name(page: Page, branch_id: int | None) -> str:
    """What a branch is called; the whole bank where there is none."""
    known = quarters.house(page.scope).branches
    return known[branch_id][1] if branch_id in known else _("全行")
