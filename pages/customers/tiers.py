"""客户分层: how customers spread over the tiers of a quarter, who moved, and who they are (方案 §2.2, 办法 §二)."""

import streamlit as st

from lib.ui import quarters
from lib.ui.choices import choice
from lib.ui.frames import empty, loading
from lib.ui.page import open_page
from lib.ui.tiers import detail, overview, people, review
from lib.ui.tiers.look import Look, choose
from lib.words import _


def main() -> None:
    """Filters; below them the overview, or the customers behind what was chosen."""
    page = open_page("tiers")
    with page:
        found = quarters.runs(page.scope)
        if not found:
            empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示各层级的客户。"))
            return
        look = choose(page, found)
        quarters.say(look.run)
        views = {"": _("分层总览"), "review": _("层级审议")}
        if choice(_("视图"), views, key="view", segments=True) == "review":
            review.draw(look)
            return
        group = people.group_of(st.query_params.get("show", ""), look)
        if group is not None:
            with page.session() as session:
                people.draw(session, look, group)
            return
        with loading():
            whole(look)


def whole(look: Look) -> None:
    """Cards, table and charts of the quarter."""
    lines = overview.lines(look)
    if not any(line.customers for line in lines):
        empty(_("这个季度在你的范围内没有这类客户。"))
        return
    overview.cards(look, lines)
    overview.rule(look)
    overview.shares(look, lines)
    overview.table(look, lines)
    st.subheader(_("层级变动"), anchor=False)
    detail.movements(look, lines)
    st.subheader(_("客户构成"), anchor=False)
    detail.profile(look, lines)
    if look.whole_bank:
        st.subheader(_("各支行"), anchor=False)
        overview.branches(look, lines)


main()
