"""产品与适当性: the catalogue, who holds what risk with which capacity, and the questionnaire (手册 §4, 方案 §3.2)."""

import streamlit as st

from lib.ui import quarters
from lib.ui.choices import choice
from lib.ui.frames import empty, loading
from lib.ui.page import Page, open_page
from lib.ui.products import asked, catalogue, look, people, stock
from lib.words import _


def main() -> None:
    """The view chosen; for the matrix the customers behind what was chosen in it."""
    with open_page("products") as page:
        views = {"catalogue": _("产品目录"), "stock": _("适配矩阵"), "questionnaire": _("测评问卷")}
        view = choice(_("看什么"), views, key="view", default="catalogue", segments=True)
        if view == "catalogue":
            catalogue.draw(page)
        else:
            of_quarter(page, view)


def of_quarter(page: Page, view: str) -> None:
    """What rests on the stored figures of a quarter."""
    found = quarters.runs(page.scope)
    if not found:
        empty(_("还没有季度数据。运行 python -m lib refresh 之后，这里会显示持有理财的客户。"))
        return
    if view == "questionnaire":
        asked.draw(page, look.run_of(found))
        return
    seen = look.choose(page, found)
    quarters.say(seen.run)
    behind = people.asked(st.query_params.get("show", "")) if seen.leads else None
    with loading():
        if behind is None:
            stock.draw(seen)
            return
        with page.session() as session:
            people.draw(seen, session, behind)


main()
