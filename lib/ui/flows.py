"""Charts of amounts that flow: stacked over time, or step by step from one total to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
    trace,
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
        trace(
            "scatter",
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
    drawn = trace(
        "waterfall",
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
    drawing = figure([drawn], layout(**axes))
    show(title, drawing, key, alt=alt or spoken(labels, changes, unit))


def both_ways(
    title: str,
    labels: Sequence[str],
    into: tuple[str, Sequence[Value]],
    out: tuple[str, Sequence[Value]],
    *,
    key: str,
    unit: Unit | None = None,
    alt: str = "",
) -> None:
    """What came in above the line and what went out below it, each as (name, amounts), by period."""
    unit = unit or Unit()
    scale = scale_for([*into[1], *out[1]], unit)
    traces = [
        trace(
            "bar",
            name=name,
            x=list(labels),
            y=[None if size is None else sign * size for size in scale.of(values)],
            marker={"color": colour},
            customdata=[unit.text(value) for value in values],
            hovertemplate="%{x}  %{fullData.name}  %{customdata}<extra></extra>",
        )
        for (name, values), sign, colour in ((into, 1, theme.MAIN), (out, -1, theme.WATCH))
    ]
    axes: dict[str, Any] = {"xaxis": name_axis(labels), "yaxis": value_axis(scale)}
    drawing = figure(traces, layout(legend=True, barmode="relative", **axes))
    show(title, drawing, key, alt=alt or spoken(labels, into[1], unit))
