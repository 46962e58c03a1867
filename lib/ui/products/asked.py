"""The questionnaire as it is asked, how often it was answered this quarter, and whose has ended or soon will."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from lib import words
from lib.products import answering, questionnaires
from lib.store.session import StoreSession
from lib.ui import frames
from lib.ui.frames import Card, Column, RowLink
from lib.ui.page import Page
from lib.ui.plain import escaped
from lib.ui.products.look import tested
from lib.ui.quarters import Run
from lib.words import _, codes, integer, name

_AHEAD = timedelta(days=30)


def draw(page: Page, run: Run) -> None:
    """Counts and lists for who reaches customers; the questions for everybody."""
    if page.scope.customers in ("own", "branch", "bank"):
        _answered(page, run)
        with page.session() as session:
            _ending(page, session)
    _questions(page)


def _answered(page: Page, run: Run) -> None:
    found = tested(page.scope, run.quarter.start, min(run.cutoff, run.quarter.end))
    every = sum(n for n, _persons in found.values())
    shown = [Card(_("本季测评"), integer(every), note=words.quarter_name(str(run.quarter)))]
    shown += [Card(name("risk_capacity", code), integer(found.get(code, (0, 0))[0])) for code in codes("risk_capacity")]
    frames.cards(shown, key="products-tested")


def _ending(page: Page, session: StoreSession) -> None:
    st.subheader(escaped(_("持有理财、测评已过期或 30 天内到期")), anchor=False)
    query = questionnaires.ending(page.today, page.today + _AHEAD)
    found = frames.page_of(session, query, key="products-ending", filters=None)
    rows = [_row(page, row) for row in found.rows]
    columns = [
        Column("name", _("客户"), pinned=True, width=110), Column("standing", _("测评"), "badge", width=100),
        Column("until", _("测评有效至"), "day", width=110),
        Column("capacity", _("承受能力"), "code", family="risk_capacity", width=110),
        Column("tier", _("层级"), "code", family="tier", width=80), Column("manager", _("客户经理"), width=80),
        Column("number", _("客户号"), width=100),
    ]  # fmt: skip
    columns = [one for one in columns if one.name != "manager" or page.scope.customers != "own"]
    frames.table(rows, columns, key="products-ending-table", link=RowLink("portrait", "customer", "number"),
                 nothing=_("没有测评过期或即将到期的持有人。"))  # fmt: skip


def _row(page: Page, row: Any) -> dict[str, Any]:
    until = row.risk_capacity_until
    standing = (_("未测评"), "watch") if until is None else (_("已过期"), "risk") if until < page.today else None
    return {"name": row.name, "number": row.number, "until": until, "capacity": row.risk_capacity, "tier": row.tier,
            "manager": row.manager, "standing": standing or (_("即将到期"), "watch")}  # fmt: skip


def _questions(page: Page) -> None:
    """As the customer reads it: no points, nothing that hints at a result."""
    st.subheader(escaped(_("问卷")), anchor=False)
    entry, limits = page.book.entry(answering.RULE, page.today), page.book.value(answering.LIMITS, page.today)
    said = _("口径 {version}（{basis}）。有效期 {months} 个月；一天内不超过 {day} 次，十二个月内不超过 {year} 次。")
    st.caption(escaped(said.format(
        version=entry.version, basis=name("basis", entry.basis), day=limits["a_day"], year=limits["in_twelve_months"],
        months=page.book.value("capacity.valid_months", page.today))))  # fmt: skip
    for number, (_code, question, options) in enumerate(answering.questions(page.book, page.today), 1):
        st.markdown(f"**{escaped(f'{number}. {question}')}**")
        st.markdown("  \n".join(f"○ {escaped(option)}" for option in options.values()))
    frames.link(frames.Link("rulebook", {"rule": answering.RULE}, _("在制度口径中查看分值与等级")))
