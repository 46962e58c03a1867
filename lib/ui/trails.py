"""A figure's trail: its line with the target of each quarter, the missed quarters, and numbered marks above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    show,
    spoken,
    trace,
    value_axis,
)
from lib.words import _

_AIR = 0.14  # of the range, above and below what is drawn
_LINE: dict[str, Any] = {"type": "line", "line": {"color": theme.TEXT, "width": 1, "dash": "dot"}}


@dataclass(frozen=True)
class Trail:
    """One figure over periods: values, the target of each period, which were missed, and whether the last runs on.

    `good`: up | down, the side of the target that is wanted. `marks`: (label, number) to stand above the line.
    `within`: least and most of an axis shared with other trails. `ticks`: shorter names of the periods, for the axis.
    """

    labels: Sequence[str]
    values: Sequence[Value]
    targets: Sequence[Value]
    missed: Sequence[bool]
    good: str = "up"
    open_last: bool = False
    marks: Sequence[tuple[str, str]] = ()
    within: tuple[float, float] | None = None
    ticks: Sequence[str] = ()


def trail(title: str, told: Trail, *, key: str, unit: Unit, small: bool = False, alt: str = "") -> None:
    """Draw a trail; `small` is one of many, without an axis of figures."""
    scale = scale_for([*told.values, *told.targets], unit)
    low, high = told.within or reach([told], unit)
    edges = low / scale.divisor, high / scale.divisor
    axis = value_axis(scale, from_zero=False) | {"range": list(edges), "visible": not small}
    names = name_axis(told.labels, visible=not small, range=[-0.5, len(told.labels) - 0.5])
    if told.ticks:
        names |= {"tickmode": "array", "tickvals": list(told.labels), "ticktext": list(told.ticks), "tickangle": 0}
    notes = [] if small else [*_end(told, scale, unit), *_target_name(told, scale, unit), *_numbers(told)]
    drawing = figure(
        [_line(told, scale, unit, 5 if small else 9)],
        layout(
            96 if small else 300, shapes=[*_targets(told, scale), *_wanted(told, scale, edges), *_verticals(told)],
            annotations=notes, xaxis=names, yaxis=axis,
            margin={"l": 4, "r": 12, "t": 22 if told.marks else 8, "b": 4, "pad": 4},
        ),
    )  # fmt: skip
    show(title, drawing, key, alt=alt or spoken(told.labels, told.values, unit))


def reach(trails: Sequence[Trail], unit: Unit) -> tuple[float, float]:
    """The axis on which all these trails and their targets stand; counts and amounts from zero."""
    known = [float(v) for one in trails for v in (*one.values, *one.targets) if v is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if unit.kind in ("count", "money"):
        low, high = min(low, 0.0), max(high, 0.0)
    air = (high - low or abs(high) or 1.0) * _AIR
    return low - air if low or unit.kind not in ("count", "money") else low, high + air


def _line(told: Trail, scale: Scale, unit: Unit, size: int) -> dict[str, Any]:
    last = len(told.labels) - 1
    edge = [theme.WATCH if missed else theme.MAIN for missed in told.missed]
    fill = [theme.HOLLOW if told.open_last and i == last else colour for i, colour in enumerate(edge)]
    return trace(
        "scatter",
        x=list(told.labels),
        y=scale.of(told.values),
        mode="lines+markers",
        line={"color": theme.MAIN, "width": 2 if size > 6 else 1.5},
        marker={"size": [size if missed else size * 2 / 3 for missed in told.missed], "color": fill,
                "line": {"color": edge, "width": 1.8 if size > 6 else 1}, "opacity": 1},
        customdata=[unit.text(value) for value in told.values],
        hovertemplate="%{x}  %{customdata}<extra></extra>",
        cliponaxis=False,
    )  # fmt: skip


def _stretches(targets: Sequence[Value]) -> Iterator[tuple[int, int, float]]:
    """Periods in a row with one target: first, last, target."""
    begun = 0
    for i, target in enumerate(targets):
        if i + 1 == len(targets) or targets[i + 1] != target:
            if target is not None:
                yield begun, i, float(target)
            begun = i + 1


def _targets(told: Trail, scale: Scale) -> list[dict[str, Any]]:
    return [
        _LINE | {"x0": first - 0.5, "x1": last + 0.5, "y0": target / scale.divisor, "y1": target / scale.divisor}
        for first, last, target in _stretches(told.targets)
    ]


def _wanted(told: Trail, scale: Scale, edges: tuple[float, float]) -> list[dict[str, Any]]:
    """The side of the target where the figure should be."""
    good = edges[1] if told.good == "up" else edges[0]
    return [
        {"type": "rect", "x0": first - 0.5, "x1": last + 0.5, "y0": target / scale.divisor, "y1": good,
         "layer": "below", "fillcolor": theme.GOOD, "opacity": 0.08, "line": {"width": 0}}
        for first, last, target in _stretches(told.targets)
    ]  # fmt: skip


def _target_name(told: Trail, scale: Scale, unit: Unit) -> list[dict[str, Any]]:
    """The target's figure at the left end of each of its stretches."""
    return [
        label(first - 0.45, target / scale.divisor, _("目标 {value}").format(value=unit.text(target)),
              xanchor="left", yanchor="bottom" if told.good == "down" else "top")
        for first, _last, target in _stretches(told.targets)
    ]  # fmt: skip


def _end(told: Trail, scale: Scale, unit: Unit) -> list[dict[str, Any]]:
    last = next((i for i in range(len(told.values) - 1, -1, -1) if told.values[i] is not None), None)
    if last is None:
        return []
    value = told.values[last]
    assert value is not None
    colour = theme.WATCH if told.missed[last] else theme.MAIN
    return [label(told.labels[last], value / scale.divisor, unit.text(value), colour=colour, xanchor="right",
                  xshift=8, yshift=14)]  # fmt: skip


def _verticals(told: Trail) -> list[dict[str, Any]]:
    places = dict.fromkeys(list(told.labels).index(where) for where, _number in told.marks)
    return [
        {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
         "line": {"color": theme.CONTEXT, "width": 1}}
        for at in places
    ]  # fmt: skip


def _numbers(told: Trail) -> list[dict[str, Any]]:
    """The numbers of the marks of one period side by side, above its line."""
    by_place: dict[str, list[str]] = {}
    for where, number in told.marks:
        by_place.setdefault(where, []).append(number)
    return [label(where, 1, " ".join(numbers), yref="paper", yanchor="bottom", colour=theme.CONTEXT)
            for where, numbers in by_place.items()]  # fmt: skip
