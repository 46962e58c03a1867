"""Charts a page draws from plain lists; each says its finding in words. Bars and lines are made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lib.ui import theme
from lib.ui.figures import (
    Scale,
    Unit,
    Value,
    figure,
    label,
    layout,
    name_axis,
    scale_for,
    series_colours,
    show,
    spoken,
    trace,
    value_axis,
)
from lib.ui.flows import area, both_ways, waterfall
from lib.ui.maps import Event, heat, timeline
from lib.ui.sankey import sankey
from lib.words import _

__all__ = [
    "COUNT",
    "Event",
    "Unit",
    "area",
    "bars",
    "both_ways",
    "heat",
    "lines",
    "sankey",
    "stacked_bars",
    "timeline",
    "waterfall",
]

COUNT = Unit()
_DIRECT_LABELS = 4
_PLOT, _LABEL = 230, 15  # pixels: the height of a chart's plot, and of a name in it
_DOTTED: dict[str, Any] = {"type": "line", "line": {"color": theme.TEXT, "width": 1, "dash": "dot"}}


def bars(
    title: str,
    labels: Sequence[str],
    values: Sequence[Value],
    *,
    key: str,
    unit: Unit = COUNT,
    tones: Mapping[str, str] | None = None,
    faint: Sequence[str] = (),
    target: float | None = None,
    horizontal: bool = False,
    select: bool = False,
    alt: str = "",
) -> str | None:
    """One bar a label with its figure on it; returns the label clicked, if `select`.

    `tones` colours single labels by a name of `theme.TONE_COLOURS`; labels in `faint` rest on too few cases.
    """
    scale = scale_for([*values, target], unit)
    colours = [theme.TONE_COLOURS[(tones or {}).get(name, "main")] for name in labels]
    opacity = [0.35 if name in faint else 1.0 for name in labels]
    sizes, names = scale.of(values), list(labels)
    drawn = trace(
        "bar",
        x=sizes if horizontal else names,
        y=names if horizontal else sizes,
        orientation="h" if horizontal else "v",
        marker={"color": colours, "opacity": opacity},
        text=[unit.text(value) for value in values],
        textposition="outside",
        cliponaxis=False,
        customdata=names,
        hovertemplate="%{customdata}  %{text}<extra></extra>",
    )
    axes = _axes(scale, names, horizontal, bool(select))
    shapes, notes = _target_line(target, unit, scale, horizontal)
    height = max(120, 34 * len(names) + 24) if horizontal else 280
    if horizontal:  # room for the figure at the end of the longest bar
        known = [size for size in [*sizes, *scale.of([target])] if size is not None] or [0]
        axes["xaxis"]["range"] = [1.15 * min(0, *known), 1.15 * max(0, *known) or 1]
    if horizontal and target is not None:  # the target's label stands above the bars
        axes["margin"] = {"l": 4, "r": 12, "t": 24, "b": 4, "pad": 4}
    drawing = figure([drawn], layout(height, shapes=shapes, annotations=notes, **axes))
    return show(title, drawing, key, select=select, alt=alt or spoken(labels, values, unit))


def stacked_bars(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Value]],
    *,
    key: str,
    unit: Unit = COUNT,
    share: bool = False,
    colours: Mapping[str, str] | None = None,
    horizontal: bool = False,
    select: bool = False,
    alt: str = "",
) -> str | None:
    """Parts of a whole by label, as amounts or (`share`) in percent; returns the label clicked."""
    totals = [sum(part[i] or 0 for part in series.values()) for i in range(len(labels))]
    scale = Scale(1, "", ".0%") if share else scale_for(totals, unit)
    traces = []
    for colour, (name, values) in zip(series_colours(series, colours), series.items(), strict=True):
        parts = [(v or 0) / t if t else None for v, t in zip(values, totals, strict=True)]
        sizes = parts if share else scale.of(values)
        traces.append(
            trace(
                "bar",
                name=name,
                x=sizes if horizontal else list(labels),
                y=list(labels) if horizontal else sizes,
                orientation="h" if horizontal else "v",
                marker={"color": colour},
                text=[f"{p:.0%}" if share and p else unit.text(v) for p, v in zip(parts, values, strict=True)],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                customdata=[[n, name, unit.text(v)] for n, v in zip(labels, values, strict=True)],
                hovertemplate="%{customdata[0]}  %{customdata[1]}  %{customdata[2]}<extra></extra>",
            )
        )
    height = max(150, 38 * len(labels) + 60) if horizontal else 300
    axes = _axes(scale, list(labels), horizontal, select)
    drawing = figure(traces, layout(height, legend=True, barmode="stack", **axes))
    return show(title, drawing, key, select=select, alt=alt or spoken(labels, totals, unit))


def lines(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Value]],
    *,
    key: str,
    unit: Unit = COUNT,
    target: float | None = None,
    band: tuple[float, float] | None = None,
    marks: Mapping[str, float] | None = None,
    colours: Mapping[str, str] | None = None,
    open_last: bool = False,
    alt: str = "",
) -> None:
    """Development over periods; `target` is a dotted line, `band` a range, `open_last` a running period.

    `marks` are lines with names of their own, such as the line of a tier.
    """
    every = [value for values in series.values() for value in values]
    scale = scale_for([*every, target, *(band or ()), *(marks or {}).values()], unit)
    direct = len(series) <= _DIRECT_LABELS
    traces, ends = [], []
    for colour, (name, values) in zip(series_colours(series, colours), series.items(), strict=True):
        texts = [unit.text(value) for value in values]
        traces.append(_line(name, labels, scale.of(values), texts, colour, open_last))
        last = _last(values)
        if direct and last is not None:
            text = texts[last] if len(series) == 1 else f"{name} {texts[last]}"
            ends.append(((values[last] or 0) / scale.divisor, labels[last], text, colour))
    shapes, more = _target_line(target, unit, scale, False)
    for name, at in (marks or {}).items():
        shapes.append(_dotted(at / scale.divisor))
        more.append(label(0, at / scale.divisor, name, xref="paper", xanchor="left", yanchor="bottom"))
    if band is not None:
        shapes.append(_band(band, scale))
    peak = max((abs(value) for value in every if value is not None), default=0) / scale.divisor
    axis = value_axis(scale, from_zero=unit.kind in ("count", "money"))
    axes: dict[str, Any] = {"xaxis": name_axis(labels), "yaxis": axis}
    drawing = figure(
        traces, layout(legend=not direct, shapes=shapes, annotations=_end_labels(ends, peak) + more, **axes)
    )
    show(title, drawing, key, alt=alt or spoken(labels, next(iter(series.values()), ()), unit))


def _axes(scale: Scale, names: Sequence[str], horizontal: bool, select: bool) -> dict[str, Any]:
    mode = {"clickmode": "event+select"} if select else {}
    if horizontal:
        hidden = value_axis(scale) | {"visible": False}
        return {"xaxis": hidden, "yaxis": name_axis(names, autorange="reversed"), **mode}
    return {"xaxis": name_axis(names), "yaxis": value_axis(scale), **mode}


def _line(
    name: str,
    labels: Sequence[str],
    sizes: list[float | None],
    texts: list[str],
    colour: str,
    open_last: bool,
) -> dict[str, Any]:
    last = len(labels) - 1
    fill = [theme.HOLLOW if open_last and i == last else colour for i in range(len(labels))]
    return trace(
        "scatter",
        name=name,
        x=list(labels),
        y=sizes,
        mode="lines+markers",
        line={"color": colour, "width": 2.2},
        marker={"size": 7, "color": fill, "line": {"color": colour, "width": 1.8}},
        customdata=texts,
        hovertemplate="%{x}  %{fullData.name}  %{customdata}<extra></extra>",
        cliponaxis=False,
    )


def _end_labels(ends: list[tuple[float, str, str, str]], peak: float) -> list[dict[str, Any]]:
    """Names at the lines' ends; the upper half stands above its point, the lower half below, none on another.

    `peak`: the largest value on the axis, which tells how many pixels lie between two points.
    """
    ranked = sorted(ends, reverse=True)
    half = (len(ranked) + 1) // 2
    pixels = [_PLOT * one[0] / peak if peak else 0.0 for one in ranked]
    shifts = [0.0] * len(ranked)
    for way, order in ((1, range(half - 1, -1, -1)), (-1, range(half, len(ranked)))):
        free: float | None = None
        for i in order:
            at = pixels[i] + way * 14
            at = at if free is None or way * (at - free) >= 0 else free
            shifts[i], free = at - pixels[i], at + way * _LABEL
    return [
        label(x, y, text, colour=colour, xanchor="right", xshift=8, yshift=shift, bgcolor=theme.HOLLOW, opacity=0.9)
        for (y, x, text, colour), shift in zip(ranked, shifts, strict=True)
    ]


def _target_line(
    target: float | None, unit: Unit, scale: Scale, horizontal: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if target is None:
        return [], []
    at = target / scale.divisor
    text = _("目标 {value}").format(value=unit.text(target))
    if horizontal:
        line = _DOTTED | {"x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1}
        return [line], [label(at, 1, text, yref="paper", yanchor="bottom")]
    return [_dotted(at)], [
        label(0, at, text, xref="paper", xanchor="left", yanchor="bottom", bgcolor=theme.HOLLOW, opacity=0.9)
    ]


def _dotted(at: float) -> dict[str, Any]:
    return _DOTTED | {"y0": at, "y1": at, "xref": "paper", "x0": 0, "x1": 1}


def _band(band: tuple[float, float], scale: Scale) -> dict[str, Any]:
    low, high = (edge / scale.divisor for edge in band)
    box: dict[str, Any] = {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": low,
        "y1": high,
        "layer": "below",
    }
    return box | {"fillcolor": theme.GOOD, "opacity": 0.12, "line": {"width": 0}}


def _last(values: Sequence[Value]) -> int | None:
    return next((i for i in range(len(values) - 1, -1, -1) if values[i] is not None), None)
