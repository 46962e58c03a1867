"""A workbook written cell by cell: numbers with formats, formulas with their results, text that stays text.

Formulas carry their result, because a file from the web opens in a protected view that computes nothing.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from xlsxwriter.utility import xl_rowcol_to_cell

from lib.export import pack_look as look
from lib.export.pack_measure import lines

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LETTER, _HIGHEST = 5.6, 400  # points of a column's letter, and of the highest row a spreadsheet takes
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_HEADER = 31, 32_000, 240


@dataclass(frozen=True)
class Formula:
    """A formula and what it gives."""

    text: str
    result: float | int


Cell = str | float | int | Formula | None


class Book:
    """A workbook under way; `mark` is printed on every page."""

    def __init__(self, mark: str) -> None:
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._file, {"in_memory": True, "strings_to_formulas": False,
                                                      "strings_to_urls": False})  # fmt: skip
        self._mark, self._formats, self._names = mark, {}, set()  # type: tuple[str, dict[Any, Any], set[str]]

    def describe(self, title: str, author: str) -> None:
        """What the file says of itself."""
        self._book.set_properties({"title": title, "author": author, "comments": self._mark})

    def sheet(self, title: str) -> Sheet:
        """A new sheet; its name is made one a spreadsheet takes, and its own."""
        bare = _FORBIDDEN.sub(" ", title).strip()[:_LONGEST_NAME] or "-"
        name, number = bare, 2
        while name.lower() in self._names:
            name, number = f"{bare[: _LONGEST_NAME - 4]} ({number})", number + 1
        self._names.add(name.lower())
        made = self._book.add_worksheet(name)
        told = self._mark[:_LONGEST_HEADER].replace("&", "&&")
        made.set_header(f"&C{told}")
        made.set_footer(f"&L{told[:200]}&R&P / &N")
        made.set_landscape()
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        return Sheet(self, made)

    def format(self, **said: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(said.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"font_name": look.FONT, "font_size": 10, "valign": "top", **said}
            )
        return self._formats[key]

    def content(self) -> bytes:
        """The file."""
        self._book.close()
        return self._file.getvalue()


class Sheet:
    """One sheet, written from above; `row` is the next free line, counted from nought."""

    def __init__(self, book: Book, made: Any) -> None:
        self._book, self._made, self.row = book, made, 0
        self._widths: tuple[float, ...] = ()

    def widths(self, *widths: float) -> None:
        """Columns as wide as so many letters."""
        self._widths = widths
        for place, width in enumerate(widths):
            self._made.set_column(place, place, width)

    def line(self, cells: list[Cell], formats: list[str] | None = None, **look_of: Any) -> int:
        """Write a line; returns its row."""
        self._made.set_row(self.row, self._high(cells, look_of))
        for place, cell in enumerate(cells):
            number_format = formats[place] if formats and formats[place] else ""
            said = {**look_of, **({"num_format": number_format} if number_format else {})}
            self._write(self.row, place, cell, self._book.format(**said))
        self.row += 1
        return self.row - 1

    def head(self, cells: list[str]) -> int:
        """A line of column titles."""
        return self.line(list(cells), bold=True, text_wrap=True, bottom=1, bg_color=f"#{_head_colour()}")

    def _high(self, cells: list[Cell], look_of: dict[str, Any]) -> float:
        """The height of a line in points: programs do not all find it out by themselves."""
        size = look_of.get("font_size", 10)
        if not look_of.get("text_wrap"):
            return float(size * 1.6)
        texts = zip(cells, self._widths, strict=False)
        most = max([lines(cell, width * _LETTER, size) for cell, width in texts if isinstance(cell, str)], default=1)
        return float(min(_HIGHEST, most * size * 1.4 + 4))

    def freeze(self) -> None:
        """What stands above and in the first column stays in sight and is printed on every page."""
        self._made.freeze_panes(self.row, 1)
        self._made.repeat_rows(self.row - 1)

    def _write(self, row: int, place: int, cell: Cell, form: Any) -> None:
        if cell is None:
            self._made.write_blank(row, place, None, form)
        elif isinstance(cell, Formula):
            self._made.write_formula(row, place, cell.text, form, cell.result)
        elif isinstance(cell, str):
            self._made.write_string(row, place, ILLEGAL_CHARACTERS_RE.sub("", cell)[:_LONGEST_TEXT], form)
        else:
            self._made.write_number(row, place, cell, form)


def at(row: int, place: int) -> str:
    """The name of a cell: `B3`."""
    return str(xl_rowcol_to_cell(row, place))


def _head_colour() -> str:
    return look.colour("dataframeHeaderBackgroundColor")
