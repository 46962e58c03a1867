"""The complaint register as a workbook: one line a complaint of a month or quarter, masked unless a reason is given."""

from __future__ import annotations

import calendar
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from sqlalchemy import select

from lib.export.cells import Cell, safe
from lib.export.register_columns import cells, titles
from lib.export.register_rows import PAGE, Wanted, entries, read_names
from lib.settings import now
from lib.store.book import rulebook
from lib.store.models import Bank
from lib.store.quarter import Quarter
from lib.store.reveal import ReasonMissing, may_reveal
from lib.store.scope import Scope
from lib.store.session import Refused, open_session
from lib.words import _, moment, name

__all__ = ["PAGE", "make"]
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_IN_MEMORY = 4 * 1024 * 1024
_READ = 256 * 1024
_LONGEST = 240  # characters a header of a printed page takes


def make(scope: Scope, query: Mapping[str, str]) -> tuple[str, str, Iterator[bytes]]:
    """File name, media type and content of the complaints in scope received in `month` (2026-10) or `quarter`.

    With `clear=1` and a `reason` identity and phone numbers are in clear and every customer is ledgered. Raises
    Refused for a scope without cases or without the right to clear values, ValueError for a bad period or no reason.
    """
    if scope.cases == "none":
        raise Refused(_("你的岗位只看投诉的汇总数字，不看具体投诉。"))
    called, first, last = period(query)
    reason = query.get("reason", "").strip() if query.get("clear") == "1" else ""
    if query.get("clear") == "1":
        try:
            may_reveal(scope, reason)
        except ReasonMissing:
            raise ValueError(_("导出未脱敏的证件号与电话须写明理由。")) from None
    file = _workbook(scope, Wanted(first, last, reason), called)
    return f"{_('投诉登记簿')}-{called}.xlsx", KIND, _chunks(file)


def period(query: Mapping[str, str]) -> tuple[str, date, date]:
    """The period as the address names it, its first and its last day; ValueError with a sentence if it names none."""
    if "quarter" in query:
        quarter = Quarter.parse(query["quarter"])
        return str(quarter), quarter.start, quarter.end
    match = _MONTH.fullmatch(query.get("month", ""))
    if match is None:
        raise ValueError(_("请写明月份（如 2026-10）或季度（如 2026Q3）。"))
    year, month = int(match[1]), int(match[2])
    return match[0], date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _workbook(scope: Scope, wanted: Wanted, called: str) -> IO[bytes]:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_("投诉登记簿"))
    with open_session(scope, PAGE) as session:
        bank = session.scalars(select(Bank.name)).one()
        names = read_names(session, rulebook(), wanted.last)
    mark = watermark(scope, bank, called, wanted.reason)
    _print_on_every_page(sheet, mark)
    sheet.append([safe(mark)])
    sheet.append(_line(titles()))
    for entry in entries(scope, wanted, names):
        sheet.append(_line(cells(entry)))
    file: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed when the last chunk is read
    book.save(file)
    file.seek(0)
    return file


def watermark(scope: Scope, bank: str, called: str, reason: str) -> str:
    """Whose file this is: bank, period, who made it when, how far they reach, and whether it is masked."""
    extents = {"own": _("我管户的客户"), "branch": _("本支行"), "handled": _("我经办的投诉"), "bank": _("全行")}
    how = _("未脱敏，理由：{reason}").format(reason=reason) if reason else _("已脱敏")
    said = _("{bank} 投诉登记簿 {period}，{name}（{login}，{role}）导出于 {moment}，范围：{extent}，{how}，不得外传")
    return said.format(bank=bank, period=called, name=scope.name, login=scope.login, role=name("role", scope.role),
                       moment=moment(now()), extent=extents[scope.cases], how=how)  # fmt: skip


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


def _line(values: list[Cell]) -> list[Cell]:
    return [safe(value) for value in values]


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_READ):
            yield chunk
