"""两期对比: every KPI in two periods side by side, which became better and which worse; a row leads to why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib.kpi import KpiRow
from lib.kpi.periods import over
from lib.rulebook import Kpi
from lib.rulebook.kpis import GROUPS
from lib.ui import frames, picks
from lib.ui.frames import Column
from lib.ui.kpis import pairs
from lib.ui.kpis.data import Rows, change, rows_of, shown, target_text
from lib.ui.kpis.look import Look
from lib.ui.kpis.pairs import Pair
from lib.ui.plain import escaped
from lib.ui.tables import height_of
from lib.words import _, integer, name, translate


@dataclass(frozen=True)
class Line:
    """One KPI in both periods: rows, the change in words, and whether it is good."""

    kpi: Kpi
    then: KpiRow | None
    now: KpiRow | None
    moved: str
    better: bool | None


def draw(look: Look, kpis: Sequence[Kpi]) -> None:
    """The choice of periods, the finding, the table."""
    pair = pairs.controls(look)
    lines = found(look, kpis, pair, rows_of(look, kpis, pair.quarters))
    if not lines:
        frames.empty(_("这两个期间没有都能算出的指标：请换一个对比期。"))
        return
    st.markdown(f"**{escaped(finding(pair, lines))}**")
    rows = [_row(look, line) for line in lines]
    then, now = pair.names
    columns = [
        Column("title", _("指标"), pinned=True, width=200), Column("group", _("类别")),
        Column("then", then), Column("now", now),
        Column("moved", _("变化")), Column("state", _("好坏"), "badge"), Column("target", _("目标")),
        Column("met", _("是否达标"), "badge"),
    ]  # fmt: skip
    chosen = frames.table(rows, columns, key="kpi-compare", select=True, height=height_of(len(rows)))
    if chosen is not None and picks.picked("kpi-compare", rows[chosen]["title"]):
        st.query_params["kpi"] = lines[chosen].kpi.key
        picks.show("why", "view")
    st.caption(escaped(_("选中一行看变化从哪里来。变化按未舍入的数计算；金额与件数的目标按季设定，不用于多季合计。")))


def found(look: Look, kpis: Sequence[Kpi], pair: Pair, rows: Rows) -> list[Line]:
    """The KPIs that can be told in either period."""
    lines = []
    for kpi in sorted(kpis, key=lambda kpi: GROUPS.index(kpi.group)):
        of = rows.get((kpi.key, ""), {})
        smallest = look.page.book.value(kpi.small_n, look.run.quarter.end) if kpi.small_n else 0
        then, now = (over(kpi, of, quarters, smallest) for quarters in (pair.then, pair.now))
        if then is not None or now is not None:
            lines.append(Line(kpi, then, now, *change(now, then, kpi)))
    return lines


def finding(pair: Pair, lines: Sequence[Line]) -> str:
    """How many became better, worse, or neither."""
    better, worse = (sum(line.better is way for line in lines) for way in (True, False))
    still = sum(line.better is None and bool(line.moved) for line in lines)
    untold = len(lines) - better - worse - still
    counted = [_("{n} 项变好").format(n=integer(better)), _("{n} 项变差").format(n=integer(worse))]
    counted += [_("{n} 项持平").format(n=integer(still))] if still else []
    counted += [_("{n} 项缺一期数据").format(n=integer(untold))] if untold else []
    then, now = pair.names
    return _("{now}与{then}相比：{counted}").format(now=now, then=then, counted=_("，").join(counted))


def _row(look: Look, line: Line) -> dict[str, object]:
    currency, now = look.house.currency, line.now
    badge = {True: (_("变好"), "good"), False: (_("变差"), "watch"), None: None}[line.better]
    met = None
    if now is not None and now.on_target is not None:
        met = (_("达标"), "good") if now.on_target else (_("未达标"), "watch")
    return {
        "title": translate(line.kpi.title), "group": name("kpi_group", line.kpi.group),
        "then": _figure(line.then, line.kpi, currency), "now": _figure(now, line.kpi, currency), "moved": line.moved,
        "state": badge, "target": target_text(line.kpi, now.target if now else None, currency), "met": met,
    }  # fmt: skip


def _figure(row: KpiRow | None, kpi: Kpi, currency: str) -> str:
    text = shown(row, kpi, currency)
    return f"({text})" if row is not None and row.small and row.value is not None else text
