"""Cells of a file that a spreadsheet opens: text stays text, whatever it begins with."""

from __future__ import annotations

from datetime import datetime

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | float | datetime | None
# A cell that begins so would be run as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_000  # characters a spreadsheet takes in one cell, the quotation mark in front included


def safe(cell: Cell) -> Cell:
    """The cell as it may be written: no formula, no control characters, no text beyond what a cell holds."""
    if not isinstance(cell, str):
        return cell
    clean = ILLEGAL_CHARACTERS_RE.sub("", cell)[:_LONGEST]
    return f"'{clean}" if clean.startswith(_FORMULA) else clean
