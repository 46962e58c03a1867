"""流失预警: who may be about to leave and why, what is done about it, and how good the warning is (管理 §6.3)."""

import streamlit as st

from lib.ui import frames, quarters
from lib.ui.cases import acting
from lib.ui.choices import choice
from lib.ui.churn import cases, leaving, listing, look, one, overview, quality
from lib.ui.churn.look import Look
from lib.ui.page import open_page
from lib.words import _

_KEPT = "churn.filters"


def main() -> None:
    """One customer or case, or one of the views, by right and address."""
    with open_page("churn") as page:
        seen = look.look_of(page)
        if seen is None:
            frames.empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会列出可能流失的客户。"))
            return
        for parameter, draw in (("customer", one.customer), ("case", one.of_case)):
            if parameter in st.query_params:
                back()
                with page.session() as session:
                    draw(seen, session, st.query_params[parameter])
                return
        acting.leave()
        quarters.say(seen.found)
        overview.cards(seen)
        views(seen)


def back() -> None:
    """The way back to the list as it was."""
    frames.link(frames.Link("churn", st.session_state.get(_KEPT, {}), _("← 返回流失预警")))


def views(seen: Look) -> None:
    """The list, the cases, or how the score did."""
    offered = {"": _("预警名单"), **({"cases": _("个案")} if seen.sees_cases else {}), "leaving": _("离行原因"),
               "quality": _("评分检验")}  # fmt: skip
    view = choice(_("查看方式"), offered, key="view", segments=True)
    if view == "quality":
        quality.draw(seen)
    elif view == "cases":
        with seen.page.session() as session:
            cases.draw(seen, session)
    elif view == "leaving":
        with seen.page.session() as session:
            leaving.draw(seen, session)
    else:
        the_list(seen)
    st.session_state[_KEPT] = {name: value for name, value in st.query_params.items() if name != "lang"}


def the_list(seen: Look) -> None:
    """Filters, what is at risk with whom, and the customers."""
    wanted = look.asked(seen)
    overview.by_owner(seen, wanted)
    with seen.page.session() as session, frames.loading():
        listing.draw(seen, session, wanted)


main()
