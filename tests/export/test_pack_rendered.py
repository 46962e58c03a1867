"""Slides and workbook as LibreOffice shows them: as many pages as slides, Chinese letters, nothing blank."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from pptx import Presentation

from lib.export.pack_book import workbook
from lib.export.pack_slides import slides
from tests.export.meetings import LONG, RATIO, meeting
from tests.export.office import as_pdf, told_by, what_is_missing
from tests.export.test_pack_book import NONE
from tests.missing import missing


@pytest.fixture(scope="module")
def _office() -> None:
    if (sentence := what_is_missing()) is not None:
        missing(sentence)


@pytest.mark.usefixtures("_office")
def test_slides_are_pages(tmp_path: Path) -> None:
    content = slides(meeting(), "十户银行")
    (tmp_path / "pack.pptx").write_bytes(content)
    pdf = as_pdf(tmp_path / "pack.pptx")
    wanted = len(Presentation(io.BytesIO(content)).slides)
    assert re.search(rf"^Pages: +{wanted}$", told_by("pdfinfo", str(pdf)), re.MULTILINE)
    said = re.sub(r"\s", "", told_by("pdftotext", "-raw", str(pdf), "-"))
    for word in ("季度评审", "已冻结", "有目标的指标（最差的在前）", "各支行的客户流失率", "46.2亿元", "目标", "6.3%"):
        assert word in said, word
    for row in (*LONG.rows, *RATIO.rows):
        assert str(row.cells[0]).replace(" ", "") in said, row.cells[0]
    assert "CJK" in told_by("pdffonts", str(pdf)) or "YaHei" in told_by("pdffonts", str(pdf))
    told_by("pdftoppm", "-r", "30", "-png", str(pdf), str(tmp_path / "page"))
    pages = sorted(tmp_path.glob("page*.png"))
    assert len(pages) == wanted
    for page in pages:
        with Image.open(page) as picture:
            colours = picture.convert("L").getcolors(256) or []
            assert len(colours) > 20, f"{page.name} is blank"


@pytest.mark.usefixtures("_office")
def test_the_workbook_prints(tmp_path: Path) -> None:
    (tmp_path / "pack.xlsx").write_bytes(workbook(meeting(), "十户银行", NONE))
    said = re.sub(r"\s", "", told_by("pdftotext", str(as_pdf(tmp_path / "pack.xlsx")), "-"))
    for word in ("十户银行内部资料", "第2版", "4,620,000,000.55", "6.3%", "+0.30"):
        assert word in said, word
    assert "#NAME?" not in said and "Err:" not in said and "#DIV" not in said
