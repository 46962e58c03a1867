"""A chart of who went from where to where: two columns of places, and bands between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lib.ui import theme
from lib.ui.figures import Unit, figure, layout, show, trace
from lib.words import _

# The theme's codes become colours in the browser; two more digits make a band let others shine through.
_THIN = "66"


def sankey(
    title: str,
    sources: Sequence[str],
    targets: Sequence[str],
    flows: Mapping[tuple[int, int], int],
    *,
    key: str,
    colours: Sequence[str] = (),
    unit: Unit | None = None,
    alt: str = "",
) -> None:
    """Bands from `sources` (left) to `targets` (right), each (place left, place right) → how many; a band has the
    colour of where it comes from. `colours` are codes of the theme, those of the sources first."""
    unit = unit or Unit()
    shown = {at: count for at, count in flows.items() if count}
    paint = list(colours) or [theme.CONTEXT] * (len(sources) + len(targets))
    names = [*sources, *targets]
    used = sorted({left for left, _right in shown} | {len(sources) + right for _left, right in shown})
    place = {node: at for at, node in enumerate(used)}
    across, down = _places(used, len(sources), shown)
    drawn = trace(
        "sankey",
        arrangement="snap",
        node={
            "label": [names[node] for node in used],
            "color": [paint[node] for node in used],
            "x": across,
            "y": down,
            "pad": 18,
            "thickness": 16,
            "line": {"width": 0},
            "hovertemplate": "%{label}<extra></extra>",
        },
        link={
            "source": [place[left] for left, _right in shown],
            "target": [place[len(sources) + right] for _left, right in shown],
            "value": list(shown.values()),
            "color": [paint[left] + _THIN for left, _right in shown],
            "customdata": [unit.text(count) for count in shown.values()],
            "hovertemplate": "%{source.label} → %{target.label}  %{customdata}<extra></extra>",
        },
        textfont={"color": theme.TEXT, "size": 12, "shadow": "none"},
    )
    more: dict[str, Any] = {"margin": {"l": 8, "r": 8, "t": 12, "b": 12}}
    drawing = figure([drawn], layout(max(260, 40 * len(used)), **more))
    show(title, drawing, key, alt=alt or _spoken(names, len(sources), shown, unit))


def _places(used: Sequence[int], left: int, flows: Mapping[tuple[int, int], int]) -> tuple[list[float], list[float]]:
    """Where the bars stand, 0–1: each side in the order given, with room by size; Plotly would order by crossings."""
    size = {node: sum(n for (a, b), n in flows.items() if node in (a, left + b)) for node in used}
    across, down, filled = [], [], {True: 0.0, False: 0.0}
    for node in used:
        here = node < left
        beside = [other for other in used if (other < left) == here]
        total = sum(size[other] for other in beside)
        # A fifth of the height is the space between bars.
        part, gap = 0.8 * size[node] / total, 0.2 / max(1, len(beside))
        down.append(min(0.999, max(0.001, filled[here] + part / 2)))
        filled[here] += part + gap
        across.append(0.001 if here else 0.999)
    return across, down


def _spoken(names: Sequence[str], left: int, flows: Mapping[tuple[int, int], int], unit: Unit) -> str:
    said = [f"{names[a]} → {names[left + b]} {unit.text(n)}" for (a, b), n in flows.items()]
    return _(";").join(said)
