"""Reading one year of the calendar from what the bank uploads."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from lib.rulebook import CalendarDay, CalendarFileError, as_csv, parse_calendar, read_year
from lib.settings import ROOT

FOLDER = ROOT / "data" / "calendar"
DAYS = (CalendarDay(date(2027, 1, 1), "holiday", "元旦"), CalendarDay(date(2027, 1, 3), "workday", "元旦"))
CSV = "date,kind,name\n2027-01-03,workday,元旦\n2027-01-01,holiday,元旦\n"


def sheet(*rows: tuple[object, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV.encode()),
        ("A.CSV", b"\xef\xbb\xbf" + CSV.encode()),
        ("a.csv", CSV.encode("gb18030")),
        ("a.csv", "日期,类别,名称,备注\n2027/1/1,放假,元旦,x\n,,,\n2027-01-03,补班, 元旦 ,\n".encode()),
        ("a.toml", 'year = 2027\n[holiday]\n"元旦" = ["01-01"]\n[workday]\n"元旦" = ["01-03..01-03"]\n'.encode()),
        ("a.xlsx", sheet(("date", "kind", "name"), (datetime(2027, 1, 1), "holiday", "元旦"),
                         (None, None, None), ("2027-01-03", "补班", "元旦"))),
    ],
)  # fmt: skip
def test_every_form_says_the_same(name: str, content: bytes) -> None:
    assert read_year(name, content) == DAYS


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF", "CSV、Excel"),
        ("a.csv", b"x" * 1_000_001, "太大"),
        ("a.csv", b"date,kind,name\n", "没有任何一天"),
        ("a.csv", b"", "第一行须有"),
        ("a.csv", b"day,what\n2027-01-01,holiday\n", "第一行须有"),
        ("a.csv", (CSV + "2028-01-01,holiday,元旦\n").encode(), "2027、2028"),
        ("a.csv", (CSV + "2027-01-01,workday,元旦\n").encode(), "2027-01-01 出现了两次"),
        ("a.csv", b"date,kind,name\n2027-02-29,holiday,x\n", "第 2 行：日期"),
        ("a.csv", b"date,kind,name\n01/02/2027,holiday,x\n", "第 2 行：日期"),
        ("a.csv", b"date,kind,name\n2027-01-01,off,x\n", "第 2 行：类别"),
        ("a.csv", b"date,kind,name\n" + b"2027-01-01,holiday,x\n" * 801, "行数太多"),
        ("a.csv", b"\xff\xfe\x00\xd8", "无法读取"),
        ("a.xlsx", b"PK not really", "Excel 文件无法读取"),
        ("a.xlsx", CSV.encode(), "Excel 文件无法读取"),
        ("a.toml", b"year = 2027\n[holiday]\nx = [\"13-01\"]\n", "TOML"),
        ("a.toml", b"year = 2027\n[holiday]\nx = [\"01-03..01-01\"]\n", "TOML"),
        ("a.toml", b"[holiday]\nx = [\"01-01\"]\n", "TOML"),
        ("a.toml", b"year = 2027\nholiday = 3\n", "TOML"),
        ("a.toml", b"\xff", "TOML"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(CalendarFileError, match=sentence):
        read_year(name, content)


def test_a_file_that_unpacks_to_far_more_is_refused_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"0" * 30_000_000)
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(CalendarFileError, match="太大"):
        read_year("a.xlsx", out.getvalue())


@pytest.mark.parametrize("year", [2004, 2020, 2026])
def test_the_shipped_years_read_alike_as_toml_and_as_csv(year: int) -> None:
    shipped = tuple(day for day in parse_calendar(FOLDER)[0] if day.day.year == year)
    assert read_year("y.toml", (FOLDER / f"{year}.toml").read_bytes()) == shipped
    assert read_year("y.csv", as_csv(shipped).encode()) == shipped
