"""客户分层: how customers spread over the tiers of a quarter, who moved, and who they are (方案 §2.2, 办法 §二)."""

import streamlit as st

from lib.ui import quarters, tiers_detail, tiers_look, tiers_overview, tiers_people
from lib.ui.frames import empty, loading
from lib.ui.page import open_page
from lib.ui.tiers_look import Look
from lib.words import _


def main() -> None:
    """Filters; below them the overview, or the customers behind what was chosen."""
    page = open_page("tiers")
    with page:
        found = quarters.runs(page.scope)
        if not found:
            empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示各层级的客户。"))
            return
        look = tiers_look.choose(page, found)
        quarters.say(look.run)
        group = tiers_people.group_of(st.query_params.get("show", ""), look)
        if group is not None:
            with page.session() as session:
                tiers_people.draw(session, look, group)
            return
        with loading():
            overview(look)


def overview(look: Look) -> None:
    """Cards, table and charts of the quarter."""
    lines = tiers_overview.lines(look)
    if not any(line.customers for line in lines):
        empty(_("这个季度在你的范围内没有这类客户。"))
        return
    tiers_overview.cards(look, lines)
    tiers_overview.rule(look)
    tiers_overview.shares(look, lines)
    tiers_overview.table(look, lines)
    st.subheader(_("层级变动"), anchor=False)
    tiers_detail.movements(look, lines)
    st.subheader(_("客户构成"), anchor=False)
    tiers_detail.profile(look, lines)
    if look.whole_bank:
        st.subheader(_("各支行"), anchor=False)
        tiers_overview.branches(look, lines)


main()
