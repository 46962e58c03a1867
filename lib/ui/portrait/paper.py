"""A sheet of paper in HTML: blocks, figures and tables whose number of lines is known, so that a page holds them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lib.words import NOTHING

_LONGEST = 200
_SHORTEST_BAR = 1


def block(title: str, *parts: str) -> str:
    """A titled part of the sheet."""
    return f"<section><h2>{text(title)}</h2>{''.join(parts)}</section>"


def beside(*parts: str) -> str:
    """Parts side by side, below one another on a phone."""
    return f'<div class="beside">{"".join(f"<div>{part}</div>" for part in parts)}</div>'


def line(said: str, kind: str = "") -> str:
    """One line; what is longer than the sheet is wide is cut."""
    return f'<p class="{kind}">{text(said)}</p>'


def figures(items: Sequence[tuple[str, str, str]]) -> str:
    """Figures side by side: title, value, and the line below it."""
    cells = (f"<div><p>{text(title)}</p><b>{text(value)}</b><p>{text(note)}</p></div>" for title, value, note in items)
    return f'<div class="figures">{"".join(cells)}</div>'


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], nothing: str = "") -> str:
    """A table of one-line rows; `widths` are the columns' shares of its width in percent, negative: set right."""
    if not rows:
        return line(nothing, "quiet")
    sides = [' class="right"' if width < 0 else "" for width in widths]
    columns = "".join(f'<col style="width:{abs(width)}%">' for width in widths)
    head = "".join(f"<th{side}>{text(title) if title else ''}</th>" for title, side in zip(titles, sides, strict=True))
    body = "".join(
        f"<tr>{''.join(f'<td{side}>{cell}</td>' for cell, side in zip(row, sides, strict=True))}</tr>" for row in rows
    )
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def bar(value: int, most: int) -> str:
    """A bar as long as a value is beside the greatest; nothing for none and for less than nothing."""
    share = max(_SHORTEST_BAR, round(value * 100 / most)) if value > 0 and most > 0 else 0
    return f'<i style="width:{share}%"></i>'


def text(said: object) -> str:
    """What somebody wrote, on one line, of a bounded length, letter by letter; a dash for nothing."""
    flat = " ".join(str(NOTHING if said in (None, "") else said).split())
    return escape(flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…")
