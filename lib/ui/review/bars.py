"""The charts of a meeting from its data: numbers told as its tables tell them, one figure kind a word of `CHARTS`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lib.meeting.parts import Chart, Column
from lib.meeting.telling import told
from lib.ui import charts, theme
from lib.ui.figures import Unit, Value, figure, layout, name_axis, scale_for, series_colours, show, spoken, trace
from lib.ui.figures import value_axis as axis_of

_UNITS = {"share": "percent", "money": "money", "integer": "count", "number": "ratio"}
#: from so many labels on, columns lie down, where their names have room
_UPRIGHT = 7
#: free on either side of bars that go both ways, as a part of all their width
ROOM = 0.2
_PLAIN = Column("", "number", 2)


@dataclass(frozen=True)
class Told(Unit):
    """Values read as the cells of a column: `+0.3 个百分点`."""

    column: Column = _PLAIN

    def text(self, value: Value) -> str:
        """The figure as a person reads it."""
        return told(value, self.column, self.currency)


def unit_of(column: Column, currency: str) -> Told:
    """How the values of a chart are read and scaled."""
    return Told(_UNITS[column.kind], currency, column)


def draw(chart: Chart, currency: str) -> None:
    """One chart under its finding; a chart without numbers is not drawn."""
    if not any(value is not None for one in chart.series for value in one.values):
        return
    unit, named = unit_of(chart.column, currency), {one.name: one.values for one in chart.series}
    key, labels = f"meeting-{chart.key}", chart.categories
    if chart.kind == "bars" and chart.column.signed:
        _both_ways(chart, currency, key)
    elif chart.kind == "bars":
        charts.bars(chart.title, labels, chart.series[0].values, key=key, unit=unit, target=chart.target,
                    horizontal=True)  # fmt: skip
    elif chart.kind == "lines":
        charts.lines(chart.title, labels, named, key=key, unit=unit, target=chart.target)
    elif chart.kind == "stack":
        charts.stacked_bars(chart.title, labels, named, key=key, unit=unit)
    else:
        _columns(chart, unit, key)


def _both_ways(chart: Chart, currency: str, key: str) -> None:
    """Bars to either side of nothing, with room for the figure at the end of each; the table beside names the unit."""
    unit, labels = unit_of(replace(chart.column, unit=""), currency), list(chart.categories)
    values = chart.series[0].values
    scale = scale_for(values, unit)
    sizes = [size or 0.0 for size in scale.of(values)]
    low, high = min(0.0, *sizes), max(0.0, *sizes)
    room = ROOM * (high - low) or 1
    drawn = trace(
        "bar", x=sizes, y=labels, orientation="h", marker={"color": theme.MAIN}, textposition="outside",
        text=[unit.text(value) for value in values], cliponaxis=False, customdata=labels,
        hovertemplate="%{customdata}  %{text}<extra></extra>",
    )  # fmt: skip
    across = axis_of(scale) | {"visible": False, "range": [low - room, high + room]}
    axes: dict[str, Any] = {"xaxis": across, "yaxis": name_axis(labels, autorange="reversed")}
    height = max(120, 34 * len(labels) + 24)
    show(chart.title, figure([drawn], layout(height, **axes)), key, alt=spoken(labels, values, unit))


def _columns(chart: Chart, unit: Unit, key: str) -> None:
    """Series side by side."""
    lying, labels = len(chart.categories) >= _UPRIGHT, list(chart.categories)
    scale = scale_for([value for one in chart.series for value in one.values], unit)
    colours = series_colours(
        {one.name: one.values for one in chart.series}, {chart.series[0].name: "context", chart.series[-1].name: "main"}
    )
    traces = [
        trace(
            "bar", name=one.name, x=scale.of(one.values) if lying else labels,
            y=labels if lying else scale.of(one.values), orientation="h" if lying else "v", marker={"color": colour},
            text=[unit.text(value) for value in one.values], textposition="outside", cliponaxis=False,
            customdata=labels, hovertemplate="%{customdata}  %{fullData.name}  %{text}<extra></extra>",
        )
        for one, colour in zip(chart.series, colours, strict=True)
    ]  # fmt: skip
    values, names = axis_of(scale), name_axis(labels, autorange="reversed") if lying else name_axis(labels)
    axes: dict[str, Any] = (
        {"xaxis": values | {"visible": False}, "yaxis": names} if lying else {"xaxis": names, "yaxis": values}
    )
    height = 60 + 44 * len(labels) if lying else 300
    said = spoken(labels, chart.series[-1].values, unit)
    show(chart.title, figure(traces, layout(height, legend=True, barmode="group", **axes)), key, alt=said)
