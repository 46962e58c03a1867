"""制度口径: all rules, KPIs and tags with basis and source, one of them and its change, the calendar, the causes."""

import streamlit as st

from lib.ui import frames, quarters
from lib.ui.approvals import carrying
from lib.ui.choices import choice
from lib.ui.page import Page, open_page
from lib.ui.rulebook import causes, change, entries, entry, file, refreshes, years
from lib.words import _


def main() -> None:
    """One entry, or one of the views."""
    with open_page("rulebook") as page:
        carrying.carry_on()
        currency = quarters.house(page.scope).currency
        if "rule" in st.query_params:
            frames.link(frames.Link("rulebook", {}, _("← 返回制度口径")))
            entry.one_entry(page, st.query_params["rule"], currency)
        else:
            change.leave()
            _view(page, currency)


def _view(page: Page, currency: str) -> None:
    named = {"rules": _("现行口径"), "calendar": _("工作日历"), "causes": _("投诉根本原因树"), "file": _("口径文件")}
    if page.scope.facts == "bank":  # its counts are of the whole bank
        named["refreshes"] = _("刷新记录")
    view = choice(_("内容"), named, key="view", default="rules", segments=True)
    if view == "rules":
        entries.entries(page, currency)
    elif view == "file":
        file.file(page, currency)
    else:
        {"calendar": years.years, "causes": causes.causes, "refreshes": refreshes.refreshes}[view](page)


main()
