"""Reads a source file in chunks of rows as text, each with its line number and raw text."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO
from zipfile import BadZipFile

import pandas as pd

from lib.imports.mapping import FileSpec
from lib.imports.scratch import Rejected
from lib.words import _

CHUNK = 5000
_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_LONGEST_ROW = 200  # lines; a quote that is never closed must not swallow the file
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, BadZipFile, csv.Error)


class FileProblem(ValueError):
    """A file that cannot be read as the mapping says; the message is a sentence."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: a frame of text (null tokens are None), with line numbers and raw texts beside it."""

    file: str
    frame: pd.DataFrame
    lines: list[int]
    raws: list[str]


class Reader:
    """One pass over one file. `done` is the share of its bytes (or rows) read so far, 0–1."""

    def __init__(self, path: Path, spec: FileSpec, reject: Callable[[Rejected], None]) -> None:
        self.path, self.spec, self._reject = path, spec, reject
        self.rows = 0
        self.done = 0.0
        self._size = max(path.stat().st_size, 1)

    def chunks(self, needed: frozenset[str]) -> Iterator[Chunk]:
        """The rows in chunks; FileProblem if the file is broken or lacks a needed column."""
        try:
            rows = self._sheet() if self.path.suffix == ".xlsx" else self._lines()
            yield from self._gather(rows, needed)
        except _BROKEN as error:
            said = _("文件 {file} 已损坏，无法读完：{why}")
            raise FileProblem(said.format(file=self.path.name, why=error)) from error

    def _gather(self, rows: Iterator[tuple[int, str, list[str]]], needed: frozenset[str]) -> Iterator[Chunk]:
        header = list(self.spec.header) or next((row for _line, _raw, row in rows), [])
        self._check_header(header, needed)
        some: list[tuple[int, str, list[str]]] = []
        for line, raw, row in rows:
            self.rows += 1
            if len(row) != len(header):
                reason = _("有 {n} 个字段，应有 {m} 个").format(n=len(row), m=len(header))
                missing = header[len(row)] if len(row) < len(header) else None
                self._reject(Rejected(self.path.name, line, missing, reason, raw))
                continue
            some.append((line, raw, row))
            if len(some) == CHUNK:
                yield self._chunk(header, some)
                some = []
        if some:
            yield self._chunk(header, some)
        self.done = 1.0

    def _chunk(self, header: list[str], some: list[tuple[int, str, list[str]]]) -> Chunk:
        nulls = self.spec.nulls
        cells = [[None if cell in nulls else cell for cell in row] for _line, _raw, row in some]
        frame = pd.DataFrame(cells, columns=pd.Index(header), dtype=object)
        return Chunk(self.path.name, frame, [line for line, _r, _c in some], [raw for _l, raw, _c in some])

    def _check_header(self, header: list[str], needed: frozenset[str]) -> None:
        lacking = sorted(needed - set(header))
        if lacking:
            said = _("文件 {file} 缺少列：{names}")
            raise FileProblem(said.format(file=self.path.name, names=_("、").join(lacking)))
        if len(set(header)) != len(header):
            raise FileProblem(_("文件 {file} 有重名的列").format(file=self.path.name))

    def _lines(self) -> Iterator[tuple[int, str, list[str]]]:
        header: list[str] = list(self.spec.header)
        with self.path.open("rb") as packed, _unpacked(packed, self.path) as raw:
            text = io.TextIOWrapper(raw, encoding=self.spec.encoding, errors="surrogateescape", newline="")
            for line, said, row in self._rows_of(text):
                if self.rows % 1000 == 0:
                    self.done = packed.tell() / self._size
                if isinstance(row, str):
                    self.rows += 1
                    self._reject_line(line, said, row, header)
                elif row:
                    header = header or row
                    yield line, said, row

    def _rows_of(self, text: TextIO) -> Iterator[tuple[int, str, list[str] | str]]:
        """Per row its first line, raw text and cells, or the reason why there are none."""
        waiting: list[str] = []
        number = 0
        while True:
            first = waiting.pop(0) if waiting else text.readline()
            if not first:
                return
            number += 1
            said, problem = first, _unreadable(first)
            row = problem or self._cells(said)
            taken: list[str] = []
            while row is None and self.spec.multiline and len(taken) < _LONGEST_ROW:
                more = waiting.pop(0) if waiting else text.readline()
                if not more:
                    break
                taken.append(more)
                said += more
                row = _unreadable(more) or self._cells(said)
            if row is None:
                waiting = taken + waiting
                yield number, first.rstrip("\r\n"), _("引号没有闭合")
                continue
            yield number, said.rstrip("\r\n"), row
            number += len(taken)

    def _cells(self, said: str) -> list[str] | str | None:
        """The cells; None while a quote is open; a sentence when quotes stand where they may not."""
        try:
            return next(csv.reader([said], delimiter=self.spec.separator, strict=True), [])
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                return None
            return _("引号的位置不对")

    def _reject_line(self, line: int, raw: str, reason: str, header: list[str]) -> None:
        """A line that could not be parsed: the last field it reaches is where it breaks off."""
        reached = len(next(csv.reader([raw], delimiter=self.spec.separator), []))
        field = header[reached - 1] if 0 < reached <= len(header) else None
        if header and reached < len(header):
            said = _("{reason}，该行在第 {n} 个字段处中断，应有 {m} 个字段")
            reason = said.format(reason=reason, n=reached, m=len(header))
        self._reject(Rejected(self.path.name, line, field, reason, raw))

    def _sheet(self) -> Iterator[tuple[int, str, list[str]]]:
        from openpyxl import load_workbook  # half a second that text files need not wait for

        book = load_workbook(self.path, read_only=True, data_only=True)
        try:
            if self.spec.sheet is not None and self.spec.sheet not in book.sheetnames:
                said = _("文件 {file} 没有工作表 {sheet}")
                raise FileProblem(said.format(file=self.path.name, sheet=self.spec.sheet))
            sheet: Any = book[self.spec.sheet] if self.spec.sheet else book.worksheets[0]
            total = max(sheet.max_row or 1, 1)
            for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                row = [_cell_text(cell) for cell in cells]
                self.done = min(line / total, 1.0)
                if any(row):
                    yield line, "\t".join(row), row
        finally:
            book.close()


def _unpacked(packed: BinaryIO, path: Path) -> Any:
    opener = _OPENERS.get(path.suffix)
    return opener(packed, "rb") if opener else packed


def _unreadable(said: str) -> str | None:
    if "\x00" in said:
        return _("含有空字节")
    if not said.isascii():
        try:
            said.encode()
        except UnicodeEncodeError:
            return _("不是约定编码的文字")
    return None


def _cell_text(cell: Any) -> str:
    """A cell as the text a CSV would hold: whole numbers without a point, midnights as days."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute or cell.second) else cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)
