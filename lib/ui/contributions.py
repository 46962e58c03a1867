"""Contributions to a change, one below the other from nothing to the total, in the colours of better and worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.ui import theme
from lib.ui.figures import figure, layout, name_axis, show, trace
from lib.words import _

_ROW = 30  # pixels
_AIR = 0.22  # of the width, for the figures at the ends of the bars

Step = tuple[str, float, str]


def steps(title: str, parts: Sequence[Step], total: Step, *, key: str, good: str = "up") -> None:
    """Each part as (name, size, text), starting where the one before ended, and the total; `good`: up | down."""
    every = [*parts, total]
    edges, at = [0.0, total[1]], 0.0
    for _name, size, _text in parts:
        at += size
        edges.append(at)
    width = max(edges) - min(edges) or 1.0
    rising, falling = (theme.GOOD, theme.WATCH) if good == "up" else (theme.WATCH, theme.GOOD)
    names = _apart([one[0] for one in every])
    drawn = trace(
        "waterfall",
        orientation="h",
        y=names,
        x=[one[1] for one in every],
        measure=["relative"] * len(parts) + ["total"],
        text=[one[2] for one in every],
        textposition="outside",
        cliponaxis=False,
        constraintext="none",
        increasing={"marker": {"color": rising}},
        decreasing={"marker": {"color": falling}},
        totals={"marker": {"color": theme.MAIN}},
        connector={"line": {"color": theme.CONTEXT, "width": 1}},
        hovertemplate="%{y}  %{text}<extra></extra>",
    )
    hidden: dict[str, Any] = {"visible": False, "fixedrange": True,
                              "range": [min(edges) - _AIR * width, max(edges) + _AIR * width]}  # fmt: skip
    zero = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
            "line": {"color": theme.CONTEXT, "width": 1}}  # fmt: skip
    drawing = figure(
        [drawn],
        layout(_ROW * len(every) + 16, shapes=[zero], xaxis=hidden, yaxis=name_axis(names, autorange="reversed")),
    )  # fmt: skip
    show(title, drawing, key, alt=_("；").join(f"{name} {text}" for name, _size, text in every))


def _apart(names: Sequence[str]) -> list[str]:
    """Two people of one name stay two lines."""
    seen: dict[str, int] = {}
    found = []
    for one in names:
        seen[one] = seen.get(one, 0) + 1
        found.append(one if seen[one] == 1 else f"{one} {seen[one]}")
    return found
