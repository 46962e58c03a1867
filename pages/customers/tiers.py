"""客户分层: who is in which tier, who moved, who is close to a line, who is served (方案 §2.2, 办法 §二)."""

import streamlit as st

from lib.ui import quarters
from lib.ui.frames import empty, loading
from lib.ui.page import open_page
from lib.ui.tiers import groups, people, views
from lib.ui.tiers.look import choose
from lib.words import _


def main() -> None:
    """Filters and views; below them the view chosen, or the customers behind what was chosen in it."""
    page = open_page("tiers")
    with page:
        found = quarters.runs(page.scope)
        if not found:
            empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示各层级的客户。"))
            return
        look = choose(page, found)
        quarters.say(look.run)
        asked = groups.asked(st.query_params.get("show", ""), look)
        if asked is not None:
            with page.session() as session:
                people.draw(session, asked)
            return
        view = views.choose()
        with loading():
            view.draw(look)


main()
