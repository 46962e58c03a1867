"""Charts over two directions: what happened when, and how dense a table is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lib import words
from lib.ui import theme
from lib.ui.figures import Unit, Value, figure, layout, name_axis, scale_for, show, trace
from lib.words import _


@dataclass(frozen=True)
class Event:
    """One thing that happened: when (aware), in which lane, in which words, with which tone."""

    at: datetime
    lane: str
    text: str
    tone: str = "main"


def timeline(title: str, events: Sequence[Event], *, key: str, lanes: Sequence[str] = (), alt: str = "") -> None:
    """Events on a common time axis, one lane a kind; hovering shows the words."""
    names = list(lanes or dict.fromkeys(event.lane for event in events))
    drawn = trace(
        "scatter",
        x=[event.at.astimezone(words.SHANGHAI).replace(tzinfo=None) for event in events],
        y=[event.lane for event in events],
        mode="markers",
        marker={"size": 11, "color": [theme.TONE_COLOURS[event.tone] for event in events], "opacity": 0.85},
        customdata=[[words.moment(event.at), event.text] for event in events],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        cliponaxis=False,
    )
    times = {"type": "date", "tickformat": "%Y-%m", "fixedrange": True, "gridcolor": theme.GRID, "nticks": 8}
    axes: dict[str, Any] = {"xaxis": times, "yaxis": name_axis(names, autorange="reversed")}
    drawing = figure([drawn], layout(max(130, 36 * len(names) + 50), **axes))
    show(title, drawing, key, alt=alt or _("{n} 件事").format(n=words.integer(len(events))))


def heat(
    title: str,
    columns: Sequence[str],
    rows: Sequence[str],
    values: Sequence[Sequence[Value]],
    *,
    key: str,
    unit: Unit | None = None,
    alt: str = "",
    marked: Collection[tuple[int, int]] = (),
) -> None:
    """A table as colour, every cell with its figure; an empty cell is empty, not zero. `marked` (row, column) cells
    are framed."""
    unit = unit or Unit()
    scale = scale_for([value for line in values for value in line], unit)
    drawn = trace(
        "heatmap",
        x=list(columns),
        y=list(rows),
        z=[scale.of(line) for line in values],
        text=[["" if value is None else unit.text(value) for value in line] for line in values],
        texttemplate="%{text}",
        colorscale=[[at, colour] for at, colour in theme.SEQUENTIAL],
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y}  %{x}  %{text}<extra></extra>",
    )
    axes: dict[str, Any] = {
        "xaxis": name_axis(columns, side="top"),
        "yaxis": name_axis(rows, autorange="reversed"),
    }
    frames = [_frame(*at) for at in marked]
    drawing = figure([drawn], layout(max(140, 32 * len(rows) + 50), shapes=frames, **axes))
    show(
        title,
        drawing,
        key,
        alt=alt or _("{rows} 行 {columns} 列").format(rows=len(rows), columns=len(columns)),
    )


def _frame(row: int, column: int) -> dict[str, Any]:
    """A frame round one cell, in the colour of what is to be watched."""
    inside = 0.47
    return {"type": "rect", "x0": column - inside, "x1": column + inside, "y0": row - inside, "y1": row + inside,
            "line": {"color": theme.WATCH, "width": 2}}  # fmt: skip
