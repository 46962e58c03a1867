"""How the work of a branch is spread over its managers, and giving some of it to a colleague."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lib.care import today
from lib.store.session import StoreSession
from lib.ui import charts, frames
from lib.ui.frames import Column, RowLink
from lib.ui.today import giving
from lib.ui.today.look import Look
from lib.words import _, integer

_DRAWN = 16


def draw(look: Look, session: StoreSession) -> None:
    """Everybody's load, the most late first; a row leads to the list; below it what may be given on."""
    rows = [_row(look, one) for one in session.execute(today.load(look.asked, look.wanted.branch_id))]
    rows.sort(key=lambda one: (-one["overdue"], -one["people"], one["login"]))
    if not rows:
        frames.empty(_("这里没有到期的事项。"))
        return
    _bars(rows)
    frames.table(rows, _columns(look), key="today-load", link=RowLink("today", "manager", "login"),
                 alt=_("各客户经理的在手事项"))  # fmt: skip
    st.caption(_("点一行打开他的名单。人数和项数与名单同口径，另含已暂缓的。"))
    if look.page.right.change:
        giving.draw(look, session)


def _row(look: Look, one: Any) -> dict[str, Any]:
    login, who = look.house.staff.get(one.owner_id or 0, ("none", _("没有经办人")))
    return {
        "login": login, "name": who, "people": one.people, "things": one.things, "overdue": one.overdue,
        "due_today": one.due_today, "later": one.things - one.overdue - one.due_today, "snoozed": one.snoozed,
        "value_fen": one.value_fen or None,
    }  # fmt: skip


def _columns(look: Look) -> list[Column]:
    return [
        Column("name", _("客户经理"), pinned=True, width=100), Column("people", _("客户数"), "integer", width=80),
        Column("things", _("事项"), "integer", width=70), Column("overdue", _("逾期"), "integer", width=70),
        Column("due_today", _("今天到期"), "integer", width=90), Column("snoozed", _("已暂缓"), "integer", width=80),
        Column("value_fen", _("可能流失"), "money", currency=look.house.currency, width=150),
    ]  # fmt: skip


def _bars(rows: list[dict[str, Any]]) -> None:
    """Late, today and later of each; the title says who has most."""
    shown, late = rows[:_DRAWN], rows[0]
    busiest = max(rows, key=lambda one: one["things"])
    title = _("{name} 在手最多：{n} 项").format(name=busiest["name"], n=integer(busiest["things"]))
    if late["overdue"]:
        said = _("{name} 逾期最多：{n} 项")
        title = said.format(name=late["name"], n=integer(late["overdue"]))
    parts = {"overdue": _("逾期"), "due_today": _("今天到期"), "later": _("以后")}
    tones = {parts["overdue"]: "risk", parts["due_today"]: "watch", parts["later"]: "context"}
    series = {said: [one[key] for one in shown] for key, said in parts.items()}
    charts.stacked_bars(
        title, [one["name"] for one in shown], series, key="today-load-bars", colours=tones, horizontal=True
    )
