"""A section of the meeting drawn: its findings large, then each chart beside the table of the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from lib.meeting.parts import Chart, Section, Table
from lib.ui import frames
from lib.ui.review import bars, sheets
from lib.words import _

#: sentences that stand large; the others follow in a list
LARGE = 2


def section(of: Section, currency: str) -> None:
    """What the figures say, then the figures; a sentence where there are none."""
    if not (of.findings or of.charts or of.tables):
        frames.empty(_("这一部分本季没有你范围内的数字：数据导入并刷新后会自动写出。"))
        return
    own = _own(of)
    listed = [one for one in of.findings if one not in own.values()]
    if listed:
        st.html(findings(listed))
    paired = {chart.key: [one for one in of.tables if one.key.startswith(f"{chart.key}-")] for chart in of.charts}
    taken = {table.key for tables in paired.values() for table in tables}
    for table in (one for one in of.tables if one.key not in taken):
        _sheet(table, currency)
    _grid([chart for chart in of.charts if not paired[chart.key]], currency)
    for chart in of.charts:
        if paired[chart.key]:
            _beside(chart, paired[chart.key], currency, own.get(chart.key, ""))


def _own(of: Section) -> dict[str, str]:
    """Of a section most of whose findings are drawn, those with a chart: each stands with its own."""
    found = {chart.key: next((one for one in of.findings if one.startswith(chart.title)), "") for chart in of.charts}
    own = {key: said for key, said in found.items() if said}
    return own if 2 * len(own) > len(of.findings) else {}


def findings(said: Sequence[str]) -> str:
    """The sentences; of each the first clause carries the weight."""
    return '<ul class="crm-findings">' + "".join(
        f'<li{" class=" + chr(34) + "large" + chr(34) if place < LARGE else ""}>{_weighted(one)}</li>'
        for place, one in enumerate(said)
    ) + "</ul>"  # fmt: skip


def _weighted(said: str) -> str:
    mark = _("；")
    first, found, rest = said.partition(mark)
    return f"<b>{escape(first)}</b>{escape(found + rest)}"


def _grid(charts: Sequence[Chart], currency: str) -> None:
    if not charts:
        return
    if len(charts) == 1:
        bars.draw(charts[0], currency)
        return
    with st.grid(2, min_column_width=340, gap="medium"):
        for chart in charts:
            with st.container(gap="xsmall"):
                bars.draw(chart, currency)


def _beside(chart: Chart, tables: Sequence[Table], currency: str, said: str) -> None:
    with st.container(key=f"meeting-pair-{chart.key}"):
        if said:
            st.html(findings([said]))
            chart = replace(chart, title="")
        left, right = st.columns([2, 3], gap="medium")
        with left:
            bars.draw(chart, currency)
        with right:
            for table in tables:
                _sheet(table, currency)


def _sheet(table: Table, currency: str) -> None:
    st.html(sheets.html(table, currency))
