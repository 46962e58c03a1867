"""The warning above the queue: where more complaints come in than chance explains, each line leading to them."""

from __future__ import annotations

from datetime import datetime

import streamlit as st
from sqlalchemy.orm import Session

from lib.complaints.surge import Surge, surges, week_began
from lib.settings import bank_day, today
from lib.store.book import rulebook
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.cases.filters import Offered
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.words import _, name

#: who is warned, and by what: a head sees one branch only
_BY = {"head": ("business",), "complaint_officer": ("business", "branch"), "crm": ("business", "branch")}


@cached()
def found(session: Session, minute: datetime, by: tuple[str, ...]) -> list[Surge]:
    """The surges of the week; `minute` because the week goes on without anybody writing."""
    assert isinstance(session, StoreSession)
    return surges(session, minute, rulebook().value("complaint.surge", today()), by)


def warning(page: Page, offered: Offered) -> None:
    """One quiet box, only when there is a surge and for who can do something about it."""
    by = _BY.get(page.scope.role)
    striking = found(page.scope, page.now.replace(second=0, microsecond=0), by) if by else []
    if not striking:
        return
    monday = bank_day(week_began(page.now))
    with st.container(border=True, gap=None, key="surge"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(escaped(_("投诉激增")), color="orange", icon=":material/trending_up:")
            st.caption(escaped(_about(page)), width="content")
        for one in striking:
            params = {"from": monday.isoformat(), "to": page.today.isoformat()}
            params |= {one.by: one.key} if one.key else {}
            frames.link(frames.Link("complaints", params, one.sentence(_what(one, offered))))


def _about(page: Page) -> str:
    weeks = page.book.value("complaint.surge", page.today)["weeks"]
    said = _("本周至今与前 {n} 周同一时段相比，已按比较次数校正").format(n=weeks)
    whole_bank = page.scope.cases == "handled"
    return said + _("；按全行计数，名单只列你能看到的") if whole_bank else said


def _what(one: Surge, offered: Offered) -> str:
    if one.by == "business":
        return name("complaint_business", one.key)
    return offered.branches.get(int(one.key), one.key) if one.by == "branch" else _("全部投诉")
