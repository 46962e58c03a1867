"""回访计划 on screen: a calendar or a list of visits, the meetings of the quarter, and planning another."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.orm import Session

from lib.care import visits as reads
from lib.care.visits import Wanted
from lib.kpi import KpiRow, kpi_table
from lib.store.book import rulebook
from lib.store.quarter import Quarter
from lib.ui import frames
from lib.ui.cached import cached
from lib.ui.care import calendar, listing, meetings, one, planning
from lib.ui.care.look import Look, choose, may_write
from lib.ui.choices import choice
from lib.ui.frames import Card, Link
from lib.ui.page import Page
from lib.words import _, integer, percent

_KPI = "visit_completion"


def draw(page: Page) -> None:
    """One visit, or the calendar, the list or the meetings with their filters."""
    if page.scope.narrow or page.scope.customers == "none":
        frames.empty(_("你的岗位不管户，没有回访计划。"))
        return
    if "item" in st.query_params:
        one.draw(page, st.query_params["item"])
        return
    views = {"": _("日历"), "list": _("名单"), "meetings": _("季度沟通会")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="visits-tools"):
        shown = choice(_("怎么看"), views, key="show", segments=True)
        if may_write(page):
            planning.button(page)
        if page.scope.customers in ("own", "branch"):
            frames.download(_("下载到日历（.ics）"), "visits")
    if shown == "meetings":
        meetings.draw(page)
        return
    look = choose(page, "open" if shown == "list" else "all")
    with page.session() as session, frames.loading():
        _cards(look, session)
        if shown == "list":
            listing.draw(look, session, look.wanted)
        else:
            calendar.draw(look, session)


def _cards(look: Look, session: Session) -> None:
    """What presses, and how much of what was due this quarter was done in time."""
    row = session.execute(reads.figures(Wanted(look.page.today, owner_id=look.staff_id, kind=look.wanted.kind))).one()
    frames.cards([
        Card(_("逾期"), integer(row.overdue), tone="risk" if row.overdue else None),
        Card(_("今天应办"), integer(row.due_today)),
        Card(_("未联系上，待再试"), integer(row.tried)),
        Card(_("已改期"), integer(row.moved), note=_("完成率仍按原定日期算")),
        *_completion(look),
    ], key="visit-cards")  # fmt: skip


def _completion(look: Look) -> list[Card]:
    found = _stored(look.page.scope, str(Quarter.of(look.page.today)))
    if found is None or not found.denominator:
        return []
    told = _("{kept} / {due}，按原定日期").format(kept=integer(found.numerator), due=integer(found.denominator))
    link = Link("kpis", {"kpi": _KPI}, _("查看指标"))
    return [Card(_("本季完成率"), percent(found.value), small=found.small, note=told, href=link,
                 target=percent(found.target) if found.target is not None else None)]  # fmt: skip


@cached(of="facts")
def _stored(session: Session, quarter: str) -> KpiRow | None:
    rows = kpi_table(session, rulebook(), (_KPI,), [Quarter.parse(quarter)])  # type: ignore[arg-type]
    return rows[0] if rows else None
