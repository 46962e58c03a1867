"""制度口径: the rules in force with basis and source, the working calendar, the tree of root causes."""

import streamlit as st

from lib.ui import frames
from lib.ui.approvals import carrying
from lib.ui.choices import choice
from lib.ui.page import Page, open_page
from lib.ui.rulebook import causes, entries, years
from lib.words import _


def main() -> None:
    """One rule, or one of three views."""
    with open_page("rulebook") as page:
        carrying.carry_on()
        if "rule" in st.query_params:
            frames.link(frames.Link("rulebook", {}, _("← 返回制度口径")))
            entries.one_rule(page, st.query_params["rule"])
        else:
            _view(page)


def _view(page: Page) -> None:
    named = {"rules": _("现行口径"), "calendar": _("工作日历"), "causes": _("投诉根本原因树")}
    view = choice(_("内容"), named, key="view", default="rules", segments=True)
    {"rules": entries.entries, "calendar": years.years, "causes": causes.causes}[view](page)


main()
