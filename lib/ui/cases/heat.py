"""When which business was complained about: weeks of the quarter by business, and the way to each dense cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from lib.ui import charts, frames, picks
from lib.ui.cases import facts
from lib.ui.cases.facts import Look
from lib.ui.frames import Column
from lib.ui.plain import escaped
from lib.words import _, day, integer, name

_ROWS, _CELLS = 10, 12
Cells = Mapping[tuple[str, str], int]


def draw(look: Look) -> None:
    """The heat map; beside it the densest cells, each leading to its cases."""
    st.subheader(escaped(_("每周与业务")), anchor=False)
    cells = facts.weeks(look.page.scope, look.facts)
    if not cells:
        frames.empty(_("本季没有收到投诉。"))
        return
    weeks, businesses = weeks_of(look), _largest(cells)
    values = [[cells.get((week, business), 0) for week in weeks] for business in businesses]
    left, right = st.columns([5, 2])
    with left:
        charts.heat(finding(cells), [week[5:] for week in weeks], [_business(code) for code in businesses], values,
                    key="complaint-heat", alt=_("每列一周，以星期一为名；每行一类业务"))  # fmt: skip
    with right:
        _list(look, cells)


def weeks_of(look: Look) -> list[str]:
    """The Mondays of the quarter's weeks, up to the last day counted."""
    monday = look.run.quarter.start - timedelta(days=look.run.quarter.start.weekday())
    return [(monday + timedelta(weeks=n)).isoformat() for n in range((look.last - monday).days // 7 + 1)]


def finding(cells: Cells) -> str:
    """The densest cell in words."""
    week, business = max(cells, key=lambda at: (cells[at], at))
    return _("最密集的是 {day} 起的一周，“{business}”{n} 件").format(
        day=day(date.fromisoformat(week)), business=_business(business), n=integer(cells[week, business]))  # fmt: skip


def _largest(cells: Cells) -> list[str]:
    sums: dict[str, int] = {}
    for (_week, business), count in cells.items():
        sums[business] = sums.get(business, 0) + count
    return sorted(sums, key=lambda code: (-sums[code], code))[:_ROWS]


def _list(look: Look, cells: Cells) -> None:
    densest = sorted(cells, key=lambda at: (-cells[at], at))[:_CELLS]
    rows = [{"week": date.fromisoformat(week), "business": _business(code), "received": cells[week, code]}
            for week, code in densest]  # fmt: skip
    columns = [Column("week", _("一周起于"), "day", width=100), Column("business", _("业务")),
               Column("received", _("收到"), "integer", width=60)]  # fmt: skip
    chosen = frames.table(rows, columns, key="complaint-heat-cells", select=look.leads)
    if picks.picked("complaint-heat-cells", chosen) and chosen is not None:
        week, business = densest[chosen]
        facts.lead(look.received(business=business, **_days(look, week)))


def _days(look: Look, week: str) -> dict[str, str]:
    """The days of a week that lie in the quarter."""
    monday = date.fromisoformat(week)
    first, last = max(monday, look.run.quarter.start), min(monday + timedelta(days=6), look.last)
    return {"from": first.isoformat(), "to": last.isoformat()}


def _business(code: str) -> str:
    return name("complaint_business", code)
