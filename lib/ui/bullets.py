"""Bullet charts: each figure against its target and its own past, one line each, every line on its own scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lib.ui import theme
from lib.ui.figures import Value, figure, label, layout, show, trace
from lib.words import _

_ROW = 58  # pixels a line takes
_BAR, _PAST, _TICK = 0.11, 0.2, 0.24  # half heights within a line of one


@dataclass(frozen=True)
class Bullet:
    """One figure: its name and key, value with text, target with text, least and most of its past, and its state."""

    key: str
    name: str
    value: Value
    text: str
    target: Value = None
    target_text: str = ""
    past: tuple[float, float] | None = None
    missed: bool = False
    small: bool = False


def bullets(title: str, lines: Sequence[Bullet], *, key: str, select: bool = False) -> str | None:
    """Draw the figures under one another; returns the key of the line clicked, if `select`.

    The bar is the value, the upright line the target, the pale band the range of the quarters before.
    """
    places = [_place(one) for one in lines]
    at = list(range(len(lines)))
    drawn = trace(
        "bar",
        orientation="h",
        y=at,
        x=[place.length for place in places],
        base=[place.zero for place in places],
        width=2 * _BAR,
        marker={"color": [theme.WATCH if one.missed else theme.MAIN for one in lines],
                "opacity": [0.4 if one.small else 1.0 for one in lines]},
        customdata=[[one.key, one.name, one.text] for one in lines],
        hovertemplate="%{customdata[1]}  %{customdata[2]}<extra></extra>",
    )  # fmt: skip
    hidden: dict[str, Any] = {"visible": False, "fixedrange": True}
    clicks: dict[str, Any] = {"clickmode": "event+select"} if select else {}
    drawing = figure(
        [drawn],
        layout(
            max(1, len(lines)) * _ROW + 12,
            shapes=[shape for y, one, place in zip(at, lines, places, strict=True) for shape in _shapes(y, one, place)],
            annotations=[note for y, one in zip(at, lines, strict=True) for note in _labels(y, one)],
            xaxis=hidden | {"range": [-0.004, 1.004]}, yaxis=hidden | {"range": [len(lines) - 0.5, -0.7]},
            bargap=0, barcornerradius=2, margin={"l": 4, "r": 4, "t": 4, "b": 4, "pad": 0},
            **clicks,
        ),
    )  # fmt: skip
    said = _("；").join(f"{one.name} {one.text} {one.target_text}".strip() for one in lines)
    return show(title, drawing, key, select=select, alt=said)


@dataclass(frozen=True)
class _Place:
    """Where a line's parts stand between 0 and 1."""

    low: float
    high: float
    value: float

    def at(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)

    @property
    def zero(self) -> float:
        return self.at(0.0)

    @property
    def length(self) -> float:
        return self.at(self.value) - self.zero


def _place(one: Bullet) -> _Place:
    known = [float(value) for value in (one.value, one.target, *(one.past or ())) if value is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    if low == high:
        high = 1.0
    return _Place(low, high, float(one.value or 0))


def _shapes(y: int, one: Bullet, place: _Place) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if one.past is not None:
        edges = {"x0": place.at(one.past[0]), "x1": place.at(one.past[1])}
        found.append({"type": "rect", **edges, "y0": y - _PAST, "y1": y + _PAST, "layer": "below",
                      "fillcolor": theme.CONTEXT, "opacity": 0.22, "line": {"width": 0}})  # fmt: skip
    if one.target is not None:
        at = place.at(float(one.target))
        found.append({"type": "line", "x0": at, "x1": at, "y0": y - _TICK, "y1": y + _TICK,
                      "line": {"color": theme.TEXT, "width": 2.5}})  # fmt: skip
    return found


def _labels(y: int, one: Bullet) -> list[dict[str, Any]]:
    colour = theme.WATCH if one.missed else theme.CONTEXT if one.small else theme.TEXT
    above: dict[str, Any] = {"yanchor": "bottom", "yshift": 13}
    found = [label(0, y, one.name, xanchor="left", **above),
             label(1, y, f"<b>{one.text}</b>", xanchor="right", colour=colour, **above)]  # fmt: skip
    if one.target is not None and one.target_text:
        found[1] = found[1] | {"text": f"<b>{one.text}</b>  {one.target_text}"}
    return found
