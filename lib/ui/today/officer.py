"""Today of a complaint officer: the cases in hand by real time left, and what waits to be taken."""

from __future__ import annotations

import streamlit as st

from lib.complaints import read
from lib.complaints.read import Filters
from lib.ui import frames
from lib.ui.cases import filters, queue
from lib.ui.frames import Card, Link, RowLink
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.today import beside
from lib.words import _, integer

_SIZE = 20


def draw(page: Page) -> None:
    """Cards and the cases, the least time left on top; a row leads to its case."""
    mine = Filters(kind="all", whose="mine")
    asker, offered = queue.asker(page), filters.offered(page.scope)
    minute = page.now.replace(second=0, microsecond=0)
    standing = queue.counted(page.scope, "all", minute, page.today)
    with page.session() as session:
        counts = {
            "mine": frames.count_of(session, read.queue(mine, asker)),
            "today": frames.count_of(session, read.queue(Filters(kind="all", whose="mine", clock="today"), asker)),
            "late": frames.count_of(session, read.queue(Filters(kind="all", whose="mine", clock="overdue"), asker)),
        }
        _cards(counts, standing["unassigned"])
        owed = beside.due_measures(page, session)
        beside.measures(owed)
        beside.decided(owed)
        st.subheader(escaped(_("我经办的事项")), anchor=False)
        found = frames.page_of(session, read.queue(mine, asker), key="today-cases-page", size=_SIZE,
                               total=counts["mine"])  # fmt: skip
        rows = queue.lines(session, found.rows, page.now, offered)
    if not rows:
        frames.empty(_("你手上没有在办的事项。待分派的可在“投诉处理”里领取。"))
        return
    frames.table(rows, queue.columns(rows, "all"), key="today-cases", link=RowLink("complaints", "case", "number"))


def _cards(counts: dict[str, int], pool: int) -> None:
    frames.cards([
        Card(_("我在办"), integer(counts["mine"]), _("件")),
        Card(_("今天到期"), integer(counts["today"]), _("件")),
        Card(_("逾期"), integer(counts["late"]), _("件"), tone="risk" if counts["late"] else None),
        Card(_("待分派"), integer(pool), _("件"), href=Link("complaints", {"whose": "unassigned", "kind": "all"})),
    ], key="today-cards")  # fmt: skip
