"""All customers of one manager handed over at once, when somebody leaves or changes post."""

from __future__ import annotations

import streamlit as st

from lib.customers import transfer
from lib.customers.directory import Filters
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.portrait import owners
from lib.words import _, integer


def hand_over_all(page: Page, wanted: Filters) -> None:
    """With one manager chosen in the filters: the form that asks to hand all of theirs over."""
    if not (page.right.change and page.scope.customers in ("bank", "branch") and wanted.manager.isdecimal()):
        return
    most: int = page.book.value("transfer.most", page.today)
    with page.session() as session:
        numbers = list(session.scalars(transfer.numbers_of(int(wanted.manager))))
        if not numbers:
            return
        title = _("移交这位客户经理的全部 {n} 位客户").format(n=integer(len(numbers)))
        with st.expander(escaped(title), icon=":material/swap_horiz:"):
            if len(numbers) > most:
                said = _("一次最多移交 {n} 位；批准后再提出其余的。")
                st.caption(escaped(said.format(n=integer(most))))
            owners.ask(page, session, numbers[:most], key=f"leaving-{wanted.manager}")
