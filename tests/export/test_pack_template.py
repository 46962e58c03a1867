"""The bank's own template: its layouts are used, its slides are not, and a bad file gives one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches

from lib.export.pack_slides import slides
from lib.export.pack_template import BadTemplate
from tests.export.meetings import meeting
from tests.export.test_pack_slides import check_places, texts

OURS = b"presentationml.presentation.main+xml"


def template(folder: Path, name: str = "bank.pptx") -> Path:
    """A bank's file: 4:3, with a picture of a slide in it and its own layouts."""
    deck: Any = Presentation()
    deck.slide_master.name = "本行母版"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "旧的一页"
    slide.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "旧的文字"
    deck.save(folder / name)
    return folder / name


def as_potx(path: Path) -> Path:
    made = path.with_suffix(".potx")
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(made, "w") as target:
        for one in given.namelist():
            content = given.read(one)
            target.writestr(one, content.replace(OURS, b"presentationml.template.main+xml"))
    return made


@pytest.mark.parametrize("potx", [False, True])
def test_its_layouts_carry_the_pack(tmp_path: Path, potx: bool) -> None:
    path = template(tmp_path)
    content = slides(meeting(), "十户银行", as_potx(path) if potx else path)
    deck = Presentation(io.BytesIO(content))
    assert (deck.slide_width, deck.slide_height) == (Inches(10), Inches(7.5))
    assert [slide.slide_layout.name for slide in deck.slides][:3] == ["Title Slide", "Title Only", "Title Only"]
    assert not {"旧的一页", "旧的文字"} & set(texts(deck))
    assert all(any(shape.name == "watermark" for shape in slide.slide_layout.shapes) for slide in deck.slides)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert OURS in parts.read("[Content_Types].xml")
        assert sum(name.startswith("ppt/slides/slide") for name in parts.namelist()) == len(deck.slides)
    check_places(deck)


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pptx").write_bytes(b"not a presentation")
    with zipfile.ZipFile(tmp_path / "b.pptx", "w") as wrong:
        wrong.writestr("x", "y")
    for name in ("a.pptx", "b.pptx"):
        with pytest.raises(BadTemplate, match=f"^{name} 不是可用的 PowerPoint 模板"):
            slides(meeting(), "十户银行", tmp_path / name)
    with pytest.raises(BadTemplate, match=r"不能读取模板 none\.pptx"):
        slides(meeting(), "十户银行", tmp_path / "none.pptx")


def test_a_template_without_titles_is_refused(tmp_path: Path) -> None:
    deck: Any = Presentation()
    for layout in list(deck.slide_layouts):
        if layout.name != "Blank":
            deck.slide_layouts.remove(layout)
    deck.save(tmp_path / "bare.pptx")
    with pytest.raises(BadTemplate, match="没有带标题的版式"):
        slides(meeting(), "十户银行", tmp_path / "bare.pptx")
