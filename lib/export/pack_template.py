"""Where slides stand: the pack's own two layouts, or those of the bank's file, whatever it calls them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from lib.export import pack_look as look
from lib.export.pack_shapes import Box, strip
from lib.words import _

TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_WIDE, _HIGH, _MARGIN = 960, 540, 40
FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_TEMPLATE, _PLAIN = b"presentationml.template.main+xml", b"presentationml.presentation.main+xml"


class BadTemplate(ValueError):
    """A template that cannot be used; the message is one sentence for a person."""


def own() -> Any:
    """The pack's own two layouts: white, wide, the page's colours."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Pt(_WIDE), Pt(_HIGH)
    for layout in list(deck.slide_layouts):
        if layout._element.get("type") not in ("title", "titleOnly"):
            deck.slide_layouts.remove(layout)
    _themed(deck)
    _place(deck.slide_master, TITLES, Box(_MARGIN, 22, _WIDE - 2 * _MARGIN, 48))
    for kind, left, wide in ((PP_PLACEHOLDER.DATE, 700, 100), (PP_PLACEHOLDER.FOOTER, _MARGIN, 640),
                             (PP_PLACEHOLDER.SLIDE_NUMBER, 860, 60)):  # fmt: skip
        _place(deck.slide_master, (kind,), Box(left, _HIGH - 30, wide, 20))
    cover, page = deck.slide_layouts
    _place(cover, TITLES, Box(_MARGIN * 2, 120, _WIDE - 4 * _MARGIN, 90))
    _place(cover, (PP_PLACEHOLDER.SUBTITLE,), Box(_MARGIN * 2, 232, _WIDE - 4 * _MARGIN, 230))
    strip(cover, Box(0, 0, 18, _HIGH))
    strip(page, Box(_MARGIN, 74, _WIDE - 2 * _MARGIN, 1.5))
    return deck


def _place(holder: Any, kinds: tuple[Any, ...], box: Box) -> None:
    for one in holder.placeholders:
        if one.placeholder_format.type in kinds:
            one.left, one.top, one.width, one.height = box.emu
            frame = one.text_frame
            frame.margin_left = frame.margin_right = 0
            frame.vertical_anchor = MSO_ANCHOR.BOTTOM if kinds is TITLES else MSO_ANCHOR.TOP
    styles = holder._element.find(f".//{qn('p:titleStyle')}")
    if styles is not None:
        styles.find(qn("a:lvl1pPr")).set("algn", "l")


def _themed(deck: Any) -> None:
    """Fonts and colours into the theme, so that what is added by hand later looks the same."""
    part = next(one.target_part for one in deck.slide_master.part.rels.values() if one.reltype.endswith("/theme"))
    tree = etree.fromstring(part.blob)
    for fonts in (f".//{qn('a:majorFont')}", f".//{qn('a:minorFont')}"):
        for child in tree.find(fonts):
            if child.tag in (qn("a:latin"), qn("a:ea")):
                child.set("typeface", look.FONT)
            elif child.get("script") == "Hans":
                child.set("typeface", look.SECOND_FONT)
    for place, accent in enumerate(look.of_series(6), 1):
        tree.find(f".//{qn(f'a:accent{place}')}")[0].set("val", str(accent))
    part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def theirs(path: Path) -> Any:
    """The bank's file without its slides; a template (.potx) is taken as the presentation it would make."""
    try:
        content = path.read_bytes()
        deck: Any = Presentation(io.BytesIO(_as_presentation(content)))
        slides = deck.slides._sldIdLst
        for slide in list(slides):
            deck.part.drop_rel(slide.get(qn("r:id")))
            slides.remove(slide)
    except OSError as error:
        raise BadTemplate(_("不能读取模板 {file}：{error}").format(file=path.name, error=error.strerror)) from None
    except Exception as error:  # the library fails in as many ways as files can be broken
        raise BadTemplate(_("{file} 不是可用的 PowerPoint 模板（.pptx 或 .potx）。").format(file=path.name)) from error
    return deck


def _as_presentation(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as given:
        types = given.read("[Content_Types].xml")
        if _TEMPLATE not in types:
            return content
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for one in given.namelist():
                target.writestr(one, types.replace(_TEMPLATE, _PLAIN) if one == "[Content_Types].xml"
                                else given.read(one))  # fmt: skip
    return made.getvalue()


def layouts(deck: Any, template: Path | None) -> tuple[Any, Any]:
    """The layouts of the cover and of the pages, by what they hold, whatever they are called."""
    titled = [one for one in deck.slide_layouts if {p.placeholder_format.type for p in one.placeholders} & set(TITLES)]
    if not titled:
        name = template.name if template else ""
        raise BadTemplate(_("模板 {file} 没有带标题的版式，不能使用。").format(file=name))
    cover = next((one for one in titled if one._element.get("type") == "title"), titled[0])
    pages = [one for one in titled if {p.placeholder_format.type for p in one.placeholders} & {PP_PLACEHOLDER.TITLE}]
    return cover, min(pages or titled, key=_besides)


def _besides(layout: Any) -> int:
    """How much a layout holds besides its title."""
    return sum(1 for one in layout.placeholders if one.placeholder_format.type not in (*TITLES, *FURNITURE))
