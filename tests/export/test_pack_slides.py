"""The slides opened by an independent reader: figures, native charts, fonts, footers, watermark, the edges."""

from __future__ import annotations

import io
from itertools import combinations
from typing import Any

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from lib.export.pack_slides import slides
from lib.meeting.parts import Meeting
from lib.meeting.telling import told
from lib.words import use_locale
from tests.export.meetings import AIMED, BARS, COLUMNS, LINES, LONG, RATIO, SENTENCES, STACK, meeting


def opened(of: Meeting | None = None, **more: Any) -> Any:
    return Presentation(io.BytesIO(slides(of or meeting(), "十户银行", **more)))


@pytest.fixture(scope="module")
def deck() -> Any:
    return opened()


def texts(deck: Any) -> list[str]:
    found = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found += [paragraph.text for paragraph in shape.text_frame.paragraphs]
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return [one.replace("\u2212", "-") for one in found]


def charts(deck: Any) -> dict[str, Any]:
    return {shape.name.removeprefix("chart "): shape.chart for slide in deck.slides for shape in slide.shapes
            if shape.has_chart}  # fmt: skip


def test_every_sentence_and_cell_is_there_as_the_page_tells_it(deck: Any) -> None:
    said = texts(deck)
    whole = "\n".join(said)
    for sentence in SENTENCES:
        assert sentence in whole
    for table in (RATIO, LONG):
        for row in table.rows:
            for value, column in zip(row.cells, table.columns, strict=True):
                assert told(value, column, "CNY") in said, (value, column.title)
    assert "46.2 亿元" in said and "6.3%" in said and "+0.30" in said


def test_a_long_table_repeats_its_header_and_loses_no_row(deck: Any) -> None:
    parts = [shape.table for slide in deck.slides for shape in slide.shapes if shape.name == "table long"]
    assert len(parts) > 3
    assert {tuple(cell.text for cell in part.rows[0].cells) for part in parts} == {
        tuple(column.title for column in LONG.columns)
    }
    firsts = [row.cells[0].text for part in parts for row in list(part.rows)[1:]]
    assert firsts == [row.cells[0] for row in LONG.rows]
    assert all(part.first_row for part in parts)


def test_charts_are_native_with_their_numbers_in_a_workbook(deck: Any) -> None:
    found = charts(deck)
    assert set(found) == {one.key for one in (STACK, LINES, COLUMNS, BARS, AIMED)}
    for given in (STACK, LINES, BARS, AIMED):
        plots = found[given.key].plots
        series = [one for plot in plots for one in plot.series]
        assert [tuple(one.values) for one in series[: len(given.series)]] == [one.values for one in given.series]
        sheet = load_workbook(io.BytesIO(found[given.key].part.chart_workbook.xlsx_part.blob)).active
        assert sheet is not None
        assert [cell.value for cell in sheet["B"]][1:] == list(given.series[0].values)
        assert not any(str(cell.value).startswith("=") for cell in sheet["A"]), "a category is never a formula"


def test_money_is_charted_in_a_unit_that_is_named(deck: Any) -> None:
    made = charts(deck)["aum"]
    assert list(made.plots[0].series[0].values) == pytest.approx([46.2000000055, 32, 11, 0], abs=1e-12)
    assert list(made.plots[0].series[1].values) == [44, 33, None, 0]
    assert "AUM 的增长主要来自城北支行（亿元）" in texts(deck)


@pytest.mark.parametrize("key", ["churn", "aum"])
def test_a_target_is_a_line_across(deck: Any, key: str) -> None:
    made = charts(deck)[key]
    series = [one for plot in made.plots for one in plot.series]
    assert series[-1].name == "目标" and len(set(series[-1].values)) == 1
    lines = made._chartSpace.xpath(".//c:lineChart/c:ser/c:tx//c:v[text()='目标']")
    assert len(lines) == 1


def test_numbers_have_the_format_of_their_column(deck: Any) -> None:
    formats = {key: made.value_axis.tick_labels.number_format for key, made in charts(deck).items()}
    assert formats == {"hits": "#,##0", "churn": "0.0%", "aum": "#,##0.00", "aimed": "0.0%",
                       "parts": "+#,##0.00;-#,##0.00;#,##0.00"}  # fmt: skip


def test_chinese_letters_have_a_typeface_everywhere(deck: Any) -> None:
    runs = [run for slide in deck.slides for run in slide._element.iter("{*}rPr")]
    for made in charts(deck).values():
        runs += list(made._chartSpace.iter("{*}defRPr"))
    assert len(runs) > 200
    for run in runs:
        for kind in ("latin", "ea"):
            (face,) = run.findall(f"{{*}}{kind}")
            assert face.get("typeface") == "Microsoft YaHei"


@pytest.mark.parametrize(
    ("closed", "foot"),
    [(True, "2026Q3 · 第 2 版 · 已冻结 · 全行 · 赵敏 · 2026-11-29 14:40"),
     (False, "2026Q3 · 第 3 版 · 未冻结 · 城北支行 · 王芳 · 2026-11-29 14:40")],
)  # fmt: skip
def test_every_slide_says_what_it_is_and_whose(closed: bool, foot: str) -> None:
    deck = opened(meeting(closed))
    for slide in deck.slides:
        (footer,) = slide._element.xpath(".//p:sp[.//p:ph[@type='ftr']]")
        assert "".join(footer.xpath(".//a:t/text()")) == foot
        assert slide._element.xpath(".//p:ph[@type='sldNum']") and slide._element.xpath(".//a:fld")
        marks = [shape.text_frame.text for shape in slide.slide_layout.shapes if shape.name == "watermark"]
        assert marks == ["十户银行 内部资料 不得外传", foot.split(" · ", 4)[4]]


def test_the_agenda_leads_to_every_section(deck: Any) -> None:
    ways = [shape.click_action.target_slide for shape in deck.slides[1].shapes if shape.name.startswith("agenda ")]
    assert [way.shapes.title.text_frame.text for way in ways] == ["记分卡", "原因/分析", "下季关注"]
    assert "本季没有内容。" in texts(deck)


def test_nothing_stands_over_the_edge_or_on_something_else(deck: Any) -> None:
    check_places(deck)


def check_places(deck: Any) -> None:
    """Every shape is on the slide, and no two share a place."""
    for number, slide in enumerate(deck.slides, 1):
        boxes = []
        for shape in slide.shapes:
            left, top, right, bottom = shape.left, shape.top, shape.left + shape.width, shape.top + shape.height
            assert left >= 0 and top >= 0 and right <= deck.slide_width, (number, shape.name)
            assert bottom <= deck.slide_height, (number, shape.name)
            if shape.has_table:
                assert sum(row.height for row in shape.table.rows) <= shape.height + 2
            boxes.append((shape.name, left, top, right, bottom))
        for one, other in combinations(boxes, 2):
            apart = (one[3] <= other[1] + 9525 or other[3] <= one[1] + 9525
                     or one[4] <= other[2] + 9525 or other[4] <= one[2] + 9525)  # fmt: skip
            assert apart, (number, one, other)


def test_the_english_pack_is_english() -> None:
    with use_locale("en"):
        deck = opened(Meeting(meeting().stamp, "CNY", ()))
    assert {"Quarterly review · Q3 2026", "Agenda", "State: frozen"} <= set(texts(deck))
