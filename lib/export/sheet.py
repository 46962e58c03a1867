"""A workbook of one sheet written line by line: watermark on every page, headings, then as many lines as come."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from openpyxl import Workbook

from lib.export.cells import Cell, safe
from lib.settings import now
from lib.store.scope import Scope
from lib.words import _, moment, name

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY = 4 * 1024 * 1024
_READ = 256 * 1024
_LONGEST = 240  # characters a header of a printed page takes


def workbook(title: str, mark: str, headings: Sequence[Cell], lines: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The content of a workbook, in chunks; `mark` says whose file it is."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    _print_on_every_page(sheet, mark)
    sheet.append([safe(mark)])
    sheet.append([safe(cell) for cell in headings])
    for line in lines:
        sheet.append([safe(cell) for cell in line])
    file: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed when the last chunk is read
    book.save(file)
    file.seek(0)
    return _chunks(file)


def made_by(scope: Scope, extent: str) -> str:
    """Who made a file, when, and how far they reach, in words."""
    extents = {
        "own": _("我管户的客户"),
        "branch": _("本支行"),
        "handled": _("我经办的投诉"),
        "bank": _("全行"),
        "self": _("我自己"),
    }
    said = _("{name}（{login}，{role}）导出于 {moment}，范围：{extent}")
    return said.format(name=scope.name, login=scope.login, role=name("role", scope.role), moment=moment(now()),
                       extent=extents[extent])  # fmt: skip


def _print_on_every_page(sheet: Any, mark: str) -> None:
    """Watermark above, page numbers below, headings repeated; as wide as the page."""
    told = mark[:_LONGEST].replace("&", "&&")
    sheet.HeaderFooter.oddHeader.center.text = told
    sheet.HeaderFooter.oddFooter.left.text = told
    sheet.HeaderFooter.oddFooter.right.text = "&P / &N"
    sheet.print_title_rows = "1:2"
    sheet.freeze_panes = "B3"
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_READ):
            yield chunk
