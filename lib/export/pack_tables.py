"""Native tables: header rows, columns as wide as they need, cut over slides where they are long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from lib.export import pack_look as look
from lib.export.pack_measure import ems, height, lines, shares
from lib.export.pack_shapes import Box, write
from lib.meeting.parts import Table
from lib.meeting.telling import told

_BESIDE, _ABOVE = 5, 3  # points of room in a cell
_MOST_LINES = 8
_WIDER = 36  # points a column may gain that needs none
_PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # without lines or fills


@dataclass(frozen=True)
class Sheet:
    """A table as it is written: its cells as words, how wide its columns are, how high each row."""

    table: Table
    cells: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    size: float

    def high(self, texts: Sequence[str]) -> float:
        """The height of a row."""
        most = max(height(text, width - 2 * _BESIDE, self.size)
                   for text, width in zip(texts, self.widths, strict=True))  # fmt: skip
        return most + 2 * _ABOVE

    @property
    def head(self) -> tuple[str, ...]:
        """The header row."""
        return tuple(column.title for column in self.table.columns)


def sheet(table: Table, currency: str, width: float) -> Sheet:
    """The table told and measured, in the largest letters in which its numbers do not break."""
    cells = [tuple(told(value, column, currency) for value, column in zip(row.cells, table.columns, strict=True))
             for row in table.rows]  # fmt: skip
    head = tuple(column.title for column in table.columns)
    size = next((one for one in (look.SMALL, 10, look.TINY) if _least(table, cells, head, one) <= width), 8)
    widths = _widths(table, cells, head, size, width)
    short = tuple(tuple(_cut(text, wide - 2 * _BESIDE, size) for text, wide in zip(row, widths, strict=True))
                  for row in cells)  # fmt: skip
    return Sheet(table, short, widths, size)


def parts(of: Sheet, first_room: float, room: float) -> Iterator[list[int]]:
    """The places of the rows that stand together: what fits under the header in the first room, then in others."""
    head = of.high(of.head)
    start = 0
    for place in range(len(of.cells) + 1):
        used = head + sum(of.high(of.cells[one]) for one in range(place))
        if used > first_room:
            break
        start = place
    if start:
        yield list(range(start))
    yield from shares(range(start, len(of.cells)), room - head, lambda place: of.high(of.cells[place]))


def draw(slide: Any, box: Box, of: Sheet, places: Sequence[int]) -> float:
    """These rows under their header; returns the height they take."""
    frame = slide.shapes.add_table(len(places) + 1, len(of.head), *Box(box.left, box.top, sum(of.widths), 10).emu)
    frame.name = f"table {of.table.key}"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", of.table.title)
    made = frame.table
    made._tbl.tblPr.find(qn("a:tableStyleId")).text = _PLAIN_STYLE
    made.horz_banding = False
    for place, width in enumerate(of.widths):
        made.columns[place].width = Pt(width)
    used = _row(made, 0, of, of.head, "", head=True)
    for number, place in enumerate(places, 1):
        used += _row(made, number, of, of.cells[place], of.table.rows[place].state)
    frame.height = Pt(used)
    return used


def _row(made: Any, number: int, of: Sheet, texts: Sequence[str], state: str, *, head: bool = False) -> float:
    high = of.high(texts)
    made.rows[number].height = Pt(high)
    colour = look.rgb("grayColor" if head else look.STATES.get(state, "textColor"))
    for place, text in enumerate(texts):
        cell = made.cell(number, place)
        cell.margin_left = cell.margin_right = Pt(_BESIDE)
        cell.margin_top = cell.margin_bottom = Pt(_ABOVE)
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if of.table.columns[place].kind not in ("text", "day") else PP_ALIGN.LEFT
        write(paragraph, text, of.size, colour, bold=head)
        _ruled(cell, 1.25 if head else 0.5)
    return high


def _ruled(cell: Any, width: float) -> None:
    """A line below the cell, no fill: the watermark shows through."""
    properties = cell._tc.get_or_add_tcPr()
    line = (
        f'<a:lnB {nsdecls("a")} w="{int(width * 12700)}"><a:solidFill>'
        f'<a:srgbClr val="{look.colour("borderColor" if width < 1 else "grayColor")}"/></a:solidFill></a:lnB>'
    )
    properties.append(parse_xml(line))
    properties.append(parse_xml(f"<a:noFill {nsdecls('a')}/>"))


def _longest(table: Table, cells: Sequence[Sequence[str]], place: int) -> float:
    """What a column cannot do without: numbers stay on one line, words may break."""
    texts = [row[place] for row in cells]
    if table.columns[place].kind == "text":
        return max([min(ems(text), 10) for text in texts], default=3)
    return max([ems(text) for text in texts], default=3)


def _least(table: Table, cells: Sequence[Sequence[str]], head: Sequence[str], size: float) -> float:
    return sum(max(_longest(table, cells, place), min(ems(title), 4)) * size + 2 * _BESIDE + 2
               for place, title in enumerate(head))  # fmt: skip


def _widths(
    table: Table, cells: Sequence[Sequence[str]], head: Sequence[str], size: float, width: float
) -> tuple[float, ...]:
    """Each column its least; what is left goes where words would break, then to all alike."""
    least = [max(_longest(table, cells, place), min(ems(title), 4)) * size + 2 * _BESIDE + 2
             for place, title in enumerate(head)]  # fmt: skip
    wish = [max([ems(title) * size, *(ems(row[place]) * size for row in cells)]) + 2 * _BESIDE + 2
            for place, title in enumerate(head)]  # fmt: skip
    spare = width - sum(least)
    if spare <= 0:
        return tuple(one * width / sum(least) for one in least)
    wanting = [max(0.0, want - have) for want, have in zip(wish, least, strict=True)]
    given = min(1.0, spare / sum(wanting)) if sum(wanting) else 0.0
    found = [have + want * given for have, want in zip(least, wanting, strict=True)]
    rest = (width - sum(found)) / len(found)
    return tuple(one + min(_WIDER, max(0.0, rest)) for one in found)


def _cut(text: str, width: float, size: float) -> str:
    """A cell that would fill a slide is cut; the workbook has the whole."""
    if lines(text, width, size) <= _MOST_LINES:
        return text
    end = len(text)
    while end > 1 and lines(text[:end] + "…", width, size) > _MOST_LINES:
        end -= max(1, end // 20)
    return text[:end] + "…"
