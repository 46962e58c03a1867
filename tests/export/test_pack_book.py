"""The workbook opened by an independent reader: numbers, formats, formulas that give what is shown, definitions."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from lib.export.pack import pack_of
from lib.export.pack_book import as_table, workbook
from lib.export.pack_figures import Figures
from lib.store.quarter import Quarter
from tests.export.meetings import COLUMNS, LONG, RATIO, SENTENCES, meeting
from tests.kpi.ten import ZHAO, ten_made, ten_on_sqlite
from tests.kpi.test_ten_customers import person

_ = (ten_made, ten_on_sqlite)
NONE = Figures("CNY", (), ["指标"], (), ["规则"], ())
QUARTER = Quarter(2026, 3)


def opened(content: bytes, *, results: bool = False) -> Any:
    return load_workbook(io.BytesIO(content), data_only=results)


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook(meeting(), "十户银行", NONE)


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def start(sheet: Any, title: str) -> int:
    """The row of the sheet at which a table's first line stands."""
    return next(number for number, row in enumerate(rows(sheet), 1) if row[0] == title) + 2


def test_a_sheet_for_each_section_and_what_it_is(content: bytes) -> None:
    book = opened(content)
    assert book.sheetnames == ["说明", "记分卡", "原因 分析", "下季关注", "指标数据", "指标口径", "所依规则"]
    said = dict(row[:2] for row in rows(book["说明"]))
    assert (said["版本"], said["状态"], said["范围"], said["制作人"]) == ("第 2 版", "已冻结", "全行", "赵敏")
    assert said["口径版本"] == "a1b2c3d4e5f6"
    assert [row[0] for row in rows(book["原因 分析"])][1:] == list(SENTENCES)
    for sheet in book.worksheets:
        assert "十户银行 内部资料" in sheet.oddHeader.center.text


def test_figures_are_numbers_with_formats_to_the_last_digit(content: bytes) -> None:
    sheet, results = opened(content)["记分卡"], opened(content, results=True)["记分卡"]
    first = start(sheet, RATIO.title)
    for number, row in enumerate(RATIO.rows):
        for place, value in enumerate(row.cells):
            cell = results.cell(first + number, place + 1)
            told = value / 100 if RATIO.columns[place].kind == "money" and isinstance(value, int) else value
            assert cell.value == (told or None) or cell.value == pytest.approx(told, abs=1e-12)
    formats = [sheet.cell(first, place).number_format for place in range(2, 7)]
    assert formats == ["#,##0", "#,##0", "0.0%", "#,##0.00", "+#,##0.00;-#,##0.00;#,##0.00"]
    assert results.cell(first, 5).value == 4_620_000_000.55


def test_shares_and_totals_are_formulas_that_give_what_is_shown(content: bytes) -> None:
    sheet, results = opened(content)["记分卡"], opened(content, results=True)["记分卡"]
    first = start(sheet, RATIO.title)
    formulas = [sheet.cell(first + number, 4).value for number in range(3)]
    assert formulas == [f"=B{first + number}/C{first + number}" for number in range(3)]
    assert sheet.cell(first + 2, 2).value == f"=SUM(B{first}:B{first + 1})"
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("=") and cell.data_type == "f":
                assert evaluated(cell.value, results) == pytest.approx(results[cell.coordinate].value, rel=1e-12)


def test_what_somebody_wrote_is_text_and_no_formula(content: bytes) -> None:
    sheet = opened(content)["记分卡"]
    cell = sheet.cell(start(sheet, RATIO.title) + 1, 1)
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


def test_the_numbers_of_charts_and_long_tables_are_there(content: bytes) -> None:
    sheet = opened(content)["记分卡"]
    first = start(sheet, "图：" + COLUMNS.title)
    assert [cell.value for cell in sheet[first]][:4] == ["城北支行", 4_620_000_000.55, 4_400_000_000, 2_500_000_000]
    assert as_table(COLUMNS).rows[2].cells == ("高新支行", 110_000_000_000, None, 250_000_000_000)
    first = start(sheet, LONG.title)
    assert [sheet.cell(first + number, 1).value for number in range(60)] == [row.cells[0] for row in LONG.rows]


def test_every_kpi_with_its_parts_its_definition_and_the_rules(ten_on_sqlite: str) -> None:
    pack = pack_of(person(ZHAO), QUARTER)
    content = pack.content("xlsx")
    book, results = opened(content), opened(content, results=True)
    sheet, shown = book["指标数据"], results["指标数据"]
    lines = [line for line in pack.figures.lines if line.value is not None]
    assert len(lines) > 100 and {line.group for line in lines} >= {"合计", "城北支行", "城南支行"}
    formulas = 0
    for row in sheet.iter_rows(min_row=2):
        value = shown[row[3].coordinate].value
        if isinstance(row[3].value, str) and row[3].value.startswith("="):
            formulas += 1
            assert evaluated(row[3].value, shown) == pytest.approx(value, rel=1e-9, abs=1e-12), row[0].value
    assert formulas > 80
    (churn,) = [row for row in rows(shown) if row[:3] == ("客户流失率", "2026Q3", "合计")]
    (line,) = [one for one in lines if (one.title, one.quarter, one.group) == churn[:3]]
    assert churn[3] == line.value == line.numerator / line.denominator
    definitions = {row[0]: row for row in rows(book["指标口径"])}
    assert definitions["指标"][1:7] == ("公式", "注意", "依据", "依据性质", "目标", "目标依据")
    assert definitions["客户流失率"][1] and definitions["客户流失率"][5].startswith("≤")
    assert {line.title for line in lines} <= set(definitions)
    assert any(row[1] == "target.churn_rate" for row in rows(book["所依规则"]))


def evaluated(formula: str, results: Any) -> float:
    """A formula worked out by hand: sums, differences, products and quotients of cells."""
    total = re.fullmatch(r"=SUM\((\w+):(\w+)\)", formula)
    if total:
        return sum(cell.value or 0 for (cell,) in results[f"{total[1]}:{total[2]}"])
    assert re.fullmatch(r"=[\w()*/+-]+", formula)
    return float(eval(re.sub(r"[A-Z]+\d+", lambda at: repr(results[at[0]].value), formula[1:])))
