"""The tables of a meeting as they stand on a projector and on paper: whole, and a name is the way behind it."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlencode

from lib.meeting.parts import Row, Table, Way
from lib.meeting.telling import told
from lib.ui import nav
from lib.words import NOTHING, _

_FIGURE = re.compile(r"[≥≤+\-−±]?\s?(CNY )?\d")


def html(table: Table, currency: str) -> str:
    """The table; numbers stand right, the first cell leads to who is behind the row."""
    cells = [[told(value, column, currency) for value, column in zip(row.cells, table.columns, strict=True)]
             for row in table.rows]  # fmt: skip
    right = [_is_figure(place, column.kind, cells) for place, column in enumerate(table.columns)]
    head = "".join(f'<th scope="col"{_side(on)}>{escape(one.title)}</th>'
                   for one, on in zip(table.columns, right, strict=True))  # fmt: skip
    body = "".join(_row(row, said, right) for row, said in zip(table.rows, cells, strict=True))
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return (f'<figure class="crm-minutes"><figcaption>{escape(table.title)}</figcaption><div><table><thead><tr>{head}'
            f"</tr></thead><tbody>{body}</tbody></table></div>{note}</figure>")  # fmt: skip


def _is_figure(place: int, kind: str, cells: list[list[str]]) -> bool:
    if kind in ("integer", "number", "share", "money"):
        return True
    said = [row[place] for row in cells if row[place] not in ("", NOTHING)]
    return place > 0 and bool(said) and all(_FIGURE.match(one) for one in said)


def _side(on: bool) -> str:
    return ' class="figure"' if on else ""


def _row(row: Row, said: list[str], right: list[bool]) -> str:
    first = f"{_dot(row.state)}{_linked(escape(said[0]), row.way)}"
    others = "".join(f"<td{_side(on)}>{escape(one)}</td>" for one, on in zip(said[1:], right[1:], strict=True))
    quiet = ' class="quiet"' if row.state == "grey" else ""
    return f'<tr{quiet}><th scope="row"{_side(right[0])}>{first}</th>{others}</tr>'


def _dot(state: str) -> str:
    if state not in ("good", "bad"):
        return ""
    said = escape({"good": _("有利"), "bad": _("不利")}[state])
    return f'<span class="{state}" role="img" aria-label="{said}" title="{said}">●</span> '


def _linked(text: str, way: Way | None) -> str:
    """A plain link, which leads away in full and comes back by the browser's Back."""
    if way is None or nav.reachable(way.page) is None:
        return text
    query = escape(urlencode(way.query))
    return f'<a href="/{way.page}?{query}">{text}</a>' if query else f'<a href="/{way.page}">{text}</a>'
