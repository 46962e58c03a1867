"""Reads one year of the working calendar from a file the bank uploads: TOML as shipped, CSV or Excel."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from openpyxl import load_workbook

from lib.rulebook.calendar import CalendarDay, days_of_year
from lib.words import _, day

FORMATS = ("csv", "xlsx", "toml")
COLUMNS = ("date", "kind", "name")
#: a year has a few dozen special days: far beyond this the file is another one
MOST_BYTES, MOST_ROWS = 1_000_000, 800
_UNPACKED = 20 * MOST_BYTES
_TITLES = {"日期": "date", "类别": "kind", "名称": "name"}
_KINDS = {"holiday": "holiday", "放假": "holiday", "workday": "workday", "补班": "workday"}


class CalendarFileError(ValueError):
    """The file cannot be read as a year of the calendar; the message is a sentence for a person."""


def read_year(file_name: str, content: bytes) -> tuple[CalendarDay, ...]:
    """The special days of one year, in their order.

    CSV (UTF-8 or GB 18030) and Excel have the columns date, kind, name; kind is holiday (放假) or workday (补班).
    Raises CalendarFileError for anything else, for no day, more than one year, or a day named twice.
    """
    form = file_name.rpartition(".")[2].lower()
    if form not in FORMATS:
        raise CalendarFileError(_("请使用 CSV、Excel（xlsx）或 TOML 文件。"))
    if len(content) > MOST_BYTES:
        raise CalendarFileError(_("文件太大：一年的放假安排不会超过 1 MB。"))
    read = {"csv": _csv, "xlsx": _xlsx, "toml": _toml}[form]
    return _checked(read(content))


def as_csv(days: Iterable[CalendarDay]) -> str:
    """Days in the form `read_year` takes, to be filled in or corrected by the bank."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([COLUMNS, *((row.day.isoformat(), row.kind, row.name) for row in days)])
    return out.getvalue()


def _checked(days: Sequence[CalendarDay]) -> tuple[CalendarDay, ...]:
    if not days:
        raise CalendarFileError(_("文件里没有任何一天。"))
    years = sorted({row.day.year for row in days})
    if len(years) > 1:
        raise CalendarFileError(_("一个文件只能有一年，这个文件有 {years}。").format(years="、".join(map(str, years))))
    ordered = tuple(sorted(days))
    for one, following in pairwise(ordered):
        if one.day == following.day:
            raise CalendarFileError(_("{day} 出现了两次。").format(day=day(one.day)))
    return ordered


def _toml(content: bytes) -> list[CalendarDay]:
    try:
        said = tomllib.loads(content.decode("utf-8"))
        return [CalendarDay(row.day, row.kind, row.name.strip()) for row in days_of_year(said)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CalendarFileError(_("TOML 文件须有 year、[holiday] 与 [workday]，日期写作 01-01..01-03。")) from error


def _csv(content: bytes) -> list[CalendarDay]:
    reader = csv.reader(io.StringIO(_text(content)))
    try:
        return _rows([row for row, __ in zip(reader, range(MOST_ROWS + 1), strict=False)])
    except csv.Error as error:
        raise CalendarFileError(_("CSV 文件无法读取。")) from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CalendarFileError(_("CSV 文件无法读取。"))


def _xlsx(content: bytes) -> list[CalendarDay]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
                raise CalendarFileError(_("文件太大：一年的放假安排不会超过 1 MB。"))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=12, values_only=True))
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        if isinstance(error, CalendarFileError):
            raise
        raise CalendarFileError(_("Excel 文件无法读取。")) from error
    return _rows(rows)


def _rows(rows: Sequence[Sequence[Any]]) -> list[CalendarDay]:
    """The rows below the first, which names the columns; empty rows are passed over."""
    if len(rows) > MOST_ROWS:
        raise CalendarFileError(_("行数太多：一年不会有这么多天。"))
    head = [str(cell or "").strip().lower() for cell in rows[0]] if rows else []
    titles = [_TITLES.get(title, title) for title in head]
    if not set(COLUMNS) <= set(titles):
        raise CalendarFileError(_("第一行须有 date、kind、name（日期、类别、名称）三列。"))
    found = []
    for number, row in enumerate(rows[1:], 2):
        said = {title: cell for title, cell in zip(titles, row, strict=False) if title in COLUMNS}
        if any(str(cell or "").strip() for cell in said.values()):
            found.append(_day(said, number))
    return found


def _day(said: Mapping[str, Any], number: int) -> CalendarDay:
    when, kind = _date(said.get("date")), _KINDS.get(str(said.get("kind") or "").strip().lower())
    if when is None:
        raise CalendarFileError(_("第 {n} 行：日期须写作 2027-01-01。").format(n=number))
    if kind is None:
        raise CalendarFileError(_("第 {n} 行：类别须是 holiday（放假）或 workday（补班）。").format(n=number))
    return CalendarDay(when, kind, str(said.get("name") or "").strip())


def _date(said: Any) -> date | None:
    if isinstance(said, datetime):
        return said.date()
    if isinstance(said, date):
        return said
    text = str(said or "").strip()
    for form in ("%Y-%m-%d", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
