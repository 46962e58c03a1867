"""客户名单: customers by everything a fact or tag knows; filters in the address, saved, exported, handled together."""

import streamlit as st

from lib.customers.directory import Run, directory
from lib.ui import frames, quarters
from lib.ui.care.audience import to_campaign
from lib.ui.choices import choice
from lib.ui.directory import bulk, columns, filters, leaving, prospect
from lib.ui.directory.export import export_link
from lib.ui.page import Page, open_page
from lib.ui.satisfaction.survey_new import to_survey
from lib.ui.saved import saved_views
from lib.words import _


def main() -> None:
    """Filters, list, what is done with it."""
    with open_page("directory") as page:
        if page.scope.customers == "none":
            frames.empty(_("信息复核岗位只处理提交复核的申请，客户名单不对该岗位开放。"))
            return
        known = quarters.runs(page.scope)
        run = Run(str(known[0].quarter), known[0].version) if known else None
        the_list(page, run, quarters.house(page.scope).currency)


def the_list(page: Page, run: Run | None, currency: str) -> None:
    """What is asked for; rows lead to the portrait, or are ticked to be handled together."""
    offered = filters.offered(page.scope)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="directory-tools"):
        filters.rarer(page, offered)
        shown = columns.choose(page, columns.offered(page, currency))
        saved_views(page, filters.chosen())
        export_link(page)
        to_campaign(page)
        to_survey(page)
        prospect.register(page)
        several = bulk.several(page)
    wanted = filters.asked(page, offered)
    orders(run)
    with page.session() as session, frames.loading():
        query, few = (directory(wanted, run, page.today, page.book, few=short) for short in (False, True))
        found = frames.page_of(session, query, key="directory-page", filters=wanted, few=few)
        rows = columns.lines(page, session, found.rows)
    if not rows:
        frames.empty(_("没有符合条件的客户，可放宽筛选条件。"))
    elif several:
        bulk.ticked(page, found.rows, rows, shown)
    else:
        to_portrait = frames.RowLink("portrait", "customer", "number")
        frames.table(rows, shown, key="directory-list", link=to_portrait)
    leaving.hand_over_all(page, wanted)


def orders(run: Run | None) -> None:
    """By what the list is ordered."""
    said = {"aum": _("按 AUM 从高到低"), "opened": _("按开户日从近到远"), "number": _("按建档先后")}
    choice(_("排序"), said if run else {one: said[one] for one in ("number", "opened")}, key="order",
                   default="aum" if run else "number", segments=True)  # fmt: skip


main()
