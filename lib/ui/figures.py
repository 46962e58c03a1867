"""The one layout all charts share: scale, axis, margins, hover; text for a figure comes from lib.words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from babel.numbers import get_currency_precision

from lib import words
from lib.ui import theme
from lib.ui.plain import escaped
from lib.words import _

Value = float | int | None

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}

_STEPS = {
    "zh_CN": ((10**8, " 亿"), (10**4, " 万")),
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K")),
}


@dataclass(frozen=True)
class Unit:
    """How the values of one chart are read: `kind` as in `lib.words.figure`, amounts in minor units."""

    kind: str = "count"
    currency: str = "CNY"

    def text(self, value: Value) -> str:
        """The figure as a person reads it."""
        return words.figure(None if value is None else float(value), self.kind, self.currency)

    @property
    def minor(self) -> int:
        """Minor units in one unit of the axis."""
        return 10 ** get_currency_precision(self.currency) if self.kind == "money" else 1


@dataclass(frozen=True)
class Scale:
    """What a stored value is divided by to stand on the axis, and the unit behind its ticks."""

    divisor: float
    suffix: str
    format: str = ",~g"

    def of(self, values: Iterable[Value]) -> list[float | None]:
        """Values as they stand on the axis."""
        return [None if value is None else value / self.divisor for value in values]


def scale_for(values: Iterable[Value], unit: Unit) -> Scale:
    """万/亿 (K/M/B in English) where the largest value reaches it; shares as percent."""
    if unit.kind == "percent":
        return Scale(1, "", ".0%" if _peak(values) >= 0.05 else ".1%")
    peak = _peak(values) / unit.minor
    for step, suffix in _STEPS[words.current_locale()]:
        if peak >= step:
            return Scale(step * unit.minor, suffix)
    return Scale(unit.minor, "")


def _peak(values: Iterable[Value]) -> float:
    return max((abs(value) for value in values if value is not None), default=0)


def value_axis(scale: Scale, *, from_zero: bool = True) -> dict[str, Any]:
    """The axis figures stand on: quiet lines, no zoom, from zero unless said otherwise."""
    return {
        "ticksuffix": scale.suffix,
        "tickformat": scale.format,
        "rangemode": "tozero" if from_zero else "normal",
        "gridcolor": theme.GRID,
        "zeroline": False,
        "fixedrange": True,
        "nticks": 5,
        "automargin": True,
        "title": None,
    }


def name_axis(names: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """The axis names stand on, in the order given: names stay names even where they look like dates."""
    axis = {"type": "category", "fixedrange": True, "showgrid": False, "automargin": True, "title": None}
    return axis | ({"categoryorder": "array", "categoryarray": list(names)} if names else {}) | more


def layout(height: int = 280, *, legend: bool = False, **more: Any) -> dict[str, Any]:
    """Layout of a chart: its title is a sentence above it, so the figure itself has none."""
    base: dict[str, Any] = {
        "height": height,
        "margin": {"l": 4, "r": 12, "t": 28 if legend else 8, "b": 4, "pad": 4},
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
        "hovermode": "closest",
        "bargap": 0.36,
        "barcornerradius": 3,
        "uniformtext": {"minsize": 9, "mode": "hide"},
    }
    return base | more


def label(x: object, y: object, text: str, *, colour: str = theme.TEXT, **more: Any) -> dict[str, Any]:
    """A direct label without an arrow."""
    base = {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": 12, "color": colour}}
    return base | more


def trace(kind: str, **properties: Any) -> dict[str, Any]:
    """One trace of a figure, such as a `bar`."""
    return {"type": kind, **properties}


def figure(traces: Sequence[dict[str, Any]], layout_: dict[str, Any]) -> go.Figure:
    """A figure from traces; plotly's own templates stay out, the theme is set in the browser.

    Plotly would check every value of every trace twice, half the time of a page with charts; the tests check instead
    (`plotly.graph_objects` accepts each figure drawn there).
    """
    return go.Figure(data=list(traces), layout=layout_, _validate=False)


def show(title: str, drawing: go.Figure, key: str, *, select: bool = False, alt: str = "") -> str | None:
    """Draw a figure under its finding; returns the label of the point clicked, if `select`."""
    if title:
        st.markdown(f"**{escaped(title)}**")
    told = "。".join(part for part in (title, alt) if part)
    if not select:
        st.plotly_chart(drawing, key=key, config=CONFIG, alt=told)
        return None
    state: Any = st.plotly_chart(drawing, key=key, config=CONFIG, alt=told, on_select="rerun", selection_mode="points")
    points = state["selection"]["points"] if state else []
    return _clicked(points[0]) if points else None


def _clicked(point: Mapping[str, Any]) -> str:
    data = point.get("customdata", point.get("x"))
    return str(data[0] if isinstance(data, list | tuple) else data)


def spoken(labels: Sequence[str], values: Sequence[Value], unit: Unit) -> str:
    """The figures of a chart as a sentence, for who hears it instead of seeing it."""
    return _(";").join(f"{name} {unit.text(value)}" for name, value in zip(labels, values, strict=False))


def series_colours(series: Mapping[str, Any], tones: Mapping[str, str] | None) -> list[str]:
    """A colour a series: by its tone where one is given, else the next of the categories."""
    shipped, said = theme.colours(len(series)), tones or {}
    return [theme.TONE_COLOURS[said[n]] if n in said else shipped[i] for i, n in enumerate(series)]
