"""The pack of a real quarter: equal to the page, for whom it is made, and the branch only for its head."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from lib.export import pack
from lib.export.pack import Pack, pack_of, within
from lib.kpi import published
from lib.meeting.book import KEYS, meeting_of
from lib.meeting.parts import Meeting
from lib.meeting.telling import told
from lib.settings import settings
from lib.store.session import Refused, open_session
from tests.export.test_pack_slides import check_places, texts
from tests.export.test_pack_template import template
from tests.kpi.ten import CHEN, HE, MA, QUARTER, WANG, ZHAO, ZHOU, ten_made, ten_on_sqlite
from tests.kpi.test_ten_customers import person

_ = (ten_made, ten_on_sqlite)
pytestmark = pytest.mark.usefixtures("ten_on_sqlite")
SOUTH_ONLY = {"城南支行", "rm.ni", "尔戊", "方己公司", "何辛", "江癸"}


def words_of(made: Pack) -> set[str]:
    """Every text in both files."""
    said = set(texts(Presentation(io.BytesIO(made.content("pptx")))))
    for sheet in load_workbook(io.BytesIO(made.content("xlsx"))).worksheets:
        said |= {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    return said


@pytest.mark.parametrize("who", [ZHAO, WANG, MA, CHEN, HE, ZHOU])
def test_each_gets_the_page_s_figures(who: int) -> None:
    made = pack_of(person(who), QUARTER)
    with open_session(person(who), "review") as session:
        page = meeting_of(session, QUARTER)
    told_here = {section.key: section for section in made.meeting.sections}
    assert [told_here[section.key] for section in page.sections] == list(page.sections)
    deck = Presentation(io.BytesIO(made.content("pptx")))
    check_places(deck)
    said, whole = set(texts(deck)), "\n".join(texts(deck))
    for section in page.sections:
        assert all(finding in whole for finding in section.findings)
        for table in section.tables:
            for row in table.rows:
                cells = zip(row.cells, table.columns, strict=True)
                assert {told(value, column, page.currency) for value, column in cells} <= said
    names = {shape.name for slide in deck.slides for shape in slide.shapes if shape.has_chart}
    assert names == {
        f"chart {chart.key}" for section in made.meeting.sections for chart in section.charts if chart.categories
    }


def test_the_notes_stand_before_the_signatures() -> None:
    made = pack_of(person(ZHAO), QUARTER)
    assert [section.key for section in made.meeting.sections] == [*KEYS[:-1], "notes", KEYS[-1]]
    assert "还没有会议记录。" in texts(Presentation(io.BytesIO(made.content("pptx"))))


def test_a_head_s_pack_holds_the_branch_only() -> None:
    whole, own = pack_of(person(ZHAO), QUARTER), pack_of(person(WANG), QUARTER)
    assert own.meeting.stamp.scope == "城北支行" and whole.meeting.stamp.scope == "全行"
    leaked = {text for text in words_of(own) if any(name in text for name in SOUTH_ONLY)}
    assert leaked == set()
    assert any("城南支行" in text for text in words_of(whole)), "the test could see it"
    assert {line.group for line in own.figures.lines} == {"合计"}
    (customers,) = [line for line in own.figures.lines if line.title == "客户数" and line.quarter == "2026Q3"]
    assert customers.value == 4


def test_the_department_s_pack_of_a_branch_is_the_head_s() -> None:
    narrowed, own = pack_of(within(person(ZHAO), "N"), QUARTER), pack_of(person(WANG), QUARTER)
    assert narrowed.meeting.stamp.scope == "城北支行"
    assert figures_of(narrowed.meeting) == figures_of(own.meeting)
    assert not any("城南支行" in text for text in words_of(narrowed))


def figures_of(meeting: Meeting) -> list[str]:
    return [json.dumps([row.cells for row in table.rows], ensure_ascii=False, default=str)
            for section in meeting.sections for table in section.tables]  # fmt: skip


def test_a_scope_is_narrowed_and_never_widened() -> None:
    assert within(person(WANG), "N") == person(WANG)
    for who, code in ((WANG, "S"), (MA, "S"), (MA, "N"), (CHEN, "N"), (HE, "N")):
        with pytest.raises(Refused):
            within(person(who), code)
    with pytest.raises(ValueError, match="没有代码为 X 的支行"):
        within(person(ZHAO), "X")
    assert within(person(ZHOU), "N").masked_names


@pytest.mark.parametrize(
    "query",
    [{"quarter": ""}, {"quarter": "2026Q9"}, {"quarter": "2026Q3", "format": "pdf"}, {"quarter": "2001Q1"},
     {"quarter": "2026Q3", "version": "x"}, {"quarter": "2026Q3", "version": "99"},
     {"quarter": "2026Q3", "branch": "X"}],
)  # fmt: skip
def test_a_question_that_means_nothing_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        pack.make(person(ZHAO), query)


@pytest.mark.parametrize(("form", "first"), [("pptx", "pptx"), ("xlsx", "xlsx")])
def test_a_file_says_what_it_is(form: str, first: str) -> None:
    name, kind, content = pack.make(person(WANG), {"quarter": "2026Q3", "format": form})
    with open_session(person(WANG), "review") as session:
        version = published(session, [QUARTER])["2026Q3"].version
    assert name == f"季度评审-2026Q3-第{version}版-城北支行.{first}"
    assert kind == pack.FORMS[form] and b"".join(content)[:2] == b"PK"


def test_the_bank_s_template_is_taken_from_the_setting(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PACK_TEMPLATE", str(template(tmp_path)))
    settings.cache_clear()
    _name, _kind, content = pack.make(person(ZHAO), {"quarter": "2026Q3"})
    deck = Presentation(io.BytesIO(b"".join(content)))
    assert deck.slides[2].slide_layout.name == "Title Only" and len(deck.slide_layouts) == 11
    check_places(deck)
