"""Reading files: quotes, cuts, encodings, packing and sheets; a bad line costs that line only."""

from __future__ import annotations

import bz2
import gzip
import lzma
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from lib.imports.mapping import FileSpec
from lib.imports.reader import FileProblem, Reader
from lib.imports.scratch import Rejected

HEADER = "a;b;c\n"


def read(path: Path, **how: object) -> tuple[list[tuple[int, list[str | None]]], list[Rejected]]:
    """Rows with their lines, and what was set aside."""
    spec = FileSpec("x", (path.name,), **({"separator": ";"} | how))  # type: ignore[arg-type]
    bad: list[Rejected] = []
    good: list[tuple[int, list[str | None]]] = []
    for chunk in Reader(path, spec, bad.append).chunks(frozenset("abc")):
        good += zip(chunk.lines, chunk.frame.to_numpy().tolist(), strict=True)
    return good, bad


def given(folder: Path, text: str | bytes, name: str = "x.csv") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_cut_last_line_says_where_it_breaks(tmp_path: Path) -> None:
    good, bad = read(given(tmp_path, HEADER + '1;"x";2\r\n3;"PRIJE'))
    assert good == [(2, ["1", "x", "2"])]
    assert [(one.file, one.line, one.field, one.raw) for one in bad] == [("x.csv", 3, "b", '3;"PRIJE')]
    assert "引号没有闭合" in bad[0].reason and "应有 3 个字段" in bad[0].reason


def test_a_wrong_number_of_fields(tmp_path: Path) -> None:
    good, bad = read(given(tmp_path, HEADER + "1;2\n1;2;3;4\n\n1;2;3\n"))
    assert good == [(5, ["1", "2", "3"])]
    assert [(one.line, one.field, one.reason) for one in bad] == [
        (2, "c", "有 2 个字段，应有 3 个"),
        (3, None, "有 4 个字段，应有 3 个"),
    ]


@pytest.mark.parametrize("multiline", [False, True])
def test_an_open_quote_does_not_swallow_the_file(tmp_path: Path, multiline: bool) -> None:
    lines = "".join(f"{n};x;y\n" for n in range(500))
    good, bad = read(given(tmp_path, HEADER + '1;"open;2\n' + lines), multiline=multiline)
    assert len(good) == 500 and good[0][0] == 3
    assert [one.line for one in bad] == [2]


def test_a_quoted_line_break(tmp_path: Path) -> None:
    path = given(tmp_path, HEADER + '1;"two\nlines";3\n4;5;6\n')
    assert read(path, multiline=True)[0] == [(2, ["1", "two\nlines", "3"]), (4, ["4", "5", "6"])]
    good, bad = read(path)
    assert good == [(4, ["4", "5", "6"])] and [one.line for one in bad] == [2, 3]


def test_misplaced_quotes_and_foreign_bytes(tmp_path: Path) -> None:
    good, bad = read(given(tmp_path, HEADER.encode() + b'1;"x"y;2\n1;\xff;2\n1;\x00;2\n1;2;3\n'))
    assert [line for line, _row in good] == [5]
    assert [one.reason for one in bad] == ["引号的位置不对", "不是约定编码的文字", "含有空字节"]


def test_null_tokens_are_nothing(tmp_path: Path) -> None:
    good, _bad = read(given(tmp_path, HEADER + '?;" ";\n'), nulls=frozenset({"", " ", "?"}))
    assert good == [(2, [None, None, None])]


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_packed_files(tmp_path: Path, suffix: str, pack: object) -> None:
    packed = pack((HEADER + "1;2;3\n").encode())  # type: ignore[operator]
    assert read(given(tmp_path, packed, f"x.csv{suffix}"))[0] == [(2, ["1", "2", "3"])]


def test_encodings_and_the_byte_order_mark(tmp_path: Path) -> None:
    assert read(given(tmp_path, (HEADER + "张;三;丰\n").encode("gb18030")), encoding="gb18030")[0][0][1][0] == "张"
    assert read(given(tmp_path, ("\ufeff" + HEADER + "1;2;3\n").encode()))[0] == [(2, ["1", "2", "3"])]


def test_a_file_without_a_header(tmp_path: Path) -> None:
    assert read(given(tmp_path, "1;2;3\n"), header=("a", "b", "c"))[0] == [(1, ["1", "2", "3"])]


def test_a_broken_file_and_a_missing_column(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="已损坏"):
        read(given(tmp_path, gzip.compress((HEADER + "1;2;3\n" * 99999).encode())[:-200], "x.csv.gz"))
    with pytest.raises(FileProblem, match="缺少列：c"):
        read(given(tmp_path, "a;b\n1;2\n"))
    with pytest.raises(FileProblem, match="重名"):
        read(given(tmp_path, "a;b;c;c\n1;2;3;4\n"))


def test_a_sheet_reads_like_the_text_it_shows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("数据")
    for row in (["a", "b", "c"], [1, datetime(2021, 10, 24), 2.0], [None, datetime(2021, 10, 24, 9, 30), True]):
        sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx", sheet="数据")[0] == [
        (2, ["1", "2021-10-24", "2"]),
        (3, [None, "2021-10-24 09:30:00", "true"]),
    ]
    with pytest.raises(FileProblem, match="没有工作表"):
        read(tmp_path / "x.xlsx", sheet="别的")
