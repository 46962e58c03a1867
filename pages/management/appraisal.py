"""绩效与培训: scorecards of managers and branches, signed, answered and settled; training (办法 §七)."""

import streamlit as st

from lib.ui.appraisal import disputes, listing, one, own, training
from lib.ui.appraisal.data import PARAM
from lib.ui.choices import choice
from lib.ui.page import open_page
from lib.words import _

#: word of the address → whose right reaches it (data/rights.toml), and what draws it
VIEWS = {
    "bank": (("bank",), listing.bank),
    "branch": (("branch",), listing.branch),
    "own": (("self", "branch"), own.draw),
    "disputes": (("bank",), disputes.draw),
    "training": (("self", "branch", "bank"), training.draw),
}


def titles() -> dict[str, str]:
    """What the views are called."""
    return {
        "bank": _("全行"),
        "branch": _("本支行"),
        "own": _("我的考核"),
        "disputes": _("异议裁定"),
        "training": _("培训"),
    }


def main() -> None:
    """The card in the address, or one of the views by its word there (`?view=`)."""
    with open_page("appraisal") as page:
        if PARAM in st.query_params:
            with page.session() as session:
                one.opened(page, session, st.query_params[PARAM])
            return
        named = titles()
        offered = {code: named[code] for code, (extents, _draw) in VIEWS.items() if page.right.extent in extents}
        first = next(iter(offered))
        chosen = choice(_("看什么"), offered, key="view", default=first, segments=True) if len(offered) > 1 else first
        VIEWS[chosen][1](page)


main()
