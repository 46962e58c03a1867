"""Charts of amounts that flow: stacked over time, or step by step from one total to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from lib.ui import theme
from lib.ui.figures import (
    Unit,
    Value,
    figure,
    layout,
    name_axis,
    scale_for,
    series_colours,
    show,
    spoken,
    value_axis,
)


def area(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Value]],
    *,
    key: str,
    unit: Unit | None = None,
    colours: Mapping[str, str] | None = None,
    alt: str = "",
) -> None:
    """Amounts over periods, several stacked."""
    unit = unit or Unit()
    totals = [sum(part[i] or 0 for part in series.values()) for i in range(len(labels))]
    scale = scale_for(totals, unit)
    traces = [
        go.Scatter(
            name=name,
            x=list(labels),
            y=scale.of(values),
            mode="lines",
            stackgroup="all",
            line={"color": colour, "width": 1.5},
            customdata=[unit.text(v) for v in values],
            hovertemplate="%{x}  %{fullData.name}  %{customdata}<extra></extra>",
        )
        for colour, (name, values) in zip(series_colours(series, colours), series.items(), strict=True)
    ]
    axes: dict[str, Any] = {"xaxis": name_axis(labels), "yaxis": value_axis(scale)}
    drawing = figure(traces, layout(legend=len(series) > 1, **axes))
    show(title, drawing, key, alt=alt or spoken(labels, totals, unit))


def waterfall(
    title: str,
    labels: Sequence[str],
    changes: Sequence[Value],
    *,
    key: str,
    unit: Unit | None = None,
    totals: Sequence[str] = (),
    alt: str = "",
) -> None:
    """How an amount came to be from its steps; labels in `totals` stand as totals with their own value."""
    unit = unit or Unit()
    scale = scale_for(changes, unit)
    trace = go.Waterfall(
        x=list(labels),
        y=scale.of(changes),
        measure=["absolute" if name in totals else "relative" for name in labels],
        text=[unit.text(value) for value in changes],
        textposition="outside",
        cliponaxis=False,
        increasing={"marker": {"color": theme.GOOD}},
        decreasing={"marker": {"color": theme.WATCH}},
        totals={"marker": {"color": theme.MAIN}},
        connector={"line": {"color": theme.CONTEXT, "width": 1}},
        hovertemplate="%{x}  %{text}<extra></extra>",
    )
    axes: dict[str, Any] = {"xaxis": name_axis(labels), "yaxis": value_axis(scale)}
    drawing = figure([trace], layout(**axes))
    show(title, drawing, key, alt=alt or spoken(labels, changes, unit))
