"""What a section of the meeting is made of: sentences, charts and tables as data, drawn alike by page and pack."""

from __future__ import annotations

from dataclasses import dataclass

#: how a cell is told: text as it stands; share as percent of 0–1; money in minor units of the base currency
KINDS = ("text", "integer", "number", "share", "money", "day")
#: bars: one series, categories down; columns: series side by side; stack: series on each other; lines: over quarters
CHARTS = ("bars", "columns", "stack", "lines")
Value = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column of a table: what it is called and how its cells are told.

    `of`: the places of the two columns whose quotient it is, numerator first; a workbook then divides by itself.
    """

    title: str
    kind: str = "text"
    digits: int = 0
    unit: str = ""
    signed: bool = False  # a contribution or a change, told with its sign
    of: tuple[int, int] | None = None


@dataclass(frozen=True)
class Way:
    """The way from a figure to what is behind it: a page and what its address says."""

    page: str
    query: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of a table; `state` good, bad, grey or nothing; `way` leads to who is behind it."""

    cells: tuple[Value, ...]
    state: str = ""
    way: Way | None = None


@dataclass(frozen=True)
class Table:
    """Rows under their columns; `note` says in small print what one must know to read them."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Series:
    """Numbers in the order of the chart's categories; None where nothing was counted."""

    name: str
    values: tuple[float | int | None, ...]


@dataclass(frozen=True)
class Chart:
    """A chart whose title is its finding; `column` tells how its numbers are told, `target` is a line across it."""

    key: str
    kind: str
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    column: Column
    target: float | None = None


@dataclass(frozen=True)
class Section:
    """One of the meeting's ten parts: what the figures say in sentences, then charts and tables."""

    key: str
    title: str
    findings: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """What the figures are: quarter, version, whether frozen, day of the data, by which rules, seen by whom."""

    quarter: str
    version: int
    closed: bool
    cutoff: str
    rules_digest: str
    scope: str  # 全行 or the branch, in words
    reader: str
    made_at: str


@dataclass(frozen=True)
class Meeting:
    """The whole: who opens it again with the same stamp reads the same figures."""

    stamp: Stamp
    currency: str
    sections: tuple[Section, ...]
