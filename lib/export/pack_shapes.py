"""Shapes of the pack written by hand, where the library has no way: on layouts, and as footers that stay footers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from lib.export import pack_look as look


@dataclass(frozen=True)
class Box:
    """A place on a slide in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    def rest(self, used: float) -> Box:
        """What remains of it below so many points."""
        return Box(self.left, self.top + used, self.width, max(0.0, self.height - used))

    def columns(self, *shares: float, gap: float = 24) -> list[Box]:
        """Boxes side by side, by their shares of the width."""
        room, found, left = self.width - gap * (len(shares) - 1), [], self.left
        for share in shares:
            found.append(Box(left, self.top, room * share / sum(shares), self.height))
            left += found[-1].width + gap
        return found

    @property
    def emu(self) -> tuple[Any, Any, Any, Any]:
        """As the library takes it."""
        return Pt(self.left), Pt(self.top), Pt(self.width), Pt(self.height)


def text_box(slide: Any, box: Box, name: str) -> Any:
    """A box for measured text: no margins, wrapping, never resized by whoever opens it."""
    made = slide.shapes.add_textbox(*box.emu)
    made.name = name
    frame = made.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return made


def write(paragraph: Any, text: str, size: float, colour: RGBColor | None = None, *, bold: bool = False) -> None:
    """A run in the pack's fonts."""
    run = paragraph.add_run()
    run.text = text
    style(run.font, size, colour, bold=bold)


def style(font: Any, size: float, colour: RGBColor | None = None, *, bold: bool = False) -> None:
    """Size, colour and the typefaces for Latin and Chinese letters."""
    font.size, font.bold, font.name = Pt(size), bold, look.FONT
    if colour is not None:
        font.color.rgb = colour
    properties = font._element
    properties.set("lang", "zh-CN")  # of several Chinese forms of a letter, ours
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    latin = properties.find(qn("a:latin"))
    latin.addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{look.FONT}"/>'))


def watermark(layout: Any, lines: list[str], box: Box) -> None:
    """Text across a layout, above its own pictures and beneath whatever a slide holds."""
    for place, line in enumerate(lines):
        at = Box(box.left, box.top + place * 44, box.width, 44)
        _add(layout, "watermark", at, line, 26, "grayColor", alpha=16, turn=-18, align="ctr")


def strip(layout: Any, box: Box) -> None:
    """A bar in the bank's colour."""
    shape = _add(layout, "strip", box, "", 1, "primaryColor")
    shape.find(qn("p:spPr")).find(qn("a:noFill")).getparent().replace(
        shape.find(qn("p:spPr")).find(qn("a:noFill")),
        parse_xml(f'<a:solidFill {nsdecls("a")}><a:srgbClr val="{look.colour("primaryColor")}"/></a:solidFill>'),
    )


def footer(slide: Any, box: Box, text: str) -> None:
    """The slide's footer: a placeholder, so that it is one for the program too."""
    _add(slide, "footer", box, text, look.TINY, "grayColor", kind="ftr")


def page_number(slide: Any, box: Box) -> None:
    """The slide's number as a field that counts by itself."""
    made = _add(slide, "number", box, "", look.TINY, "grayColor", kind="sldNum", align="r")
    paragraph = made.find(qn("p:txBody")).find(qn("a:p"))
    run = paragraph.find(qn("a:r"))
    field = parse_xml(
        f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:t>‹#›</a:t></a:fld>'
    )
    field.insert(0, run.find(qn("a:rPr")))
    paragraph.replace(run, field)


def _add(
    holder: Any, name: str, box: Box, text: str, size: float, colour: str, *, alpha: int = 100, turn: int = 0,
    align: str = "l", kind: str = "",
) -> Any:  # fmt: skip
    tree = holder.shapes._spTree
    number = max((int(one.get("id")) for one in tree.iter(qn("p:cNvPr"))), default=1) + 1
    left, top, width, height = (int(one) for one in box.emu)
    faded = f'<a:alpha val="{alpha * 1000}"/>' if alpha < 100 else ""
    holds = f'<p:ph type="{kind}" sz="quarter" idx="{90 + number}"/>' if kind else ""
    shape = parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/>'
        f"<p:nvPr>{holds}</p:nvPr></p:nvSpPr>"
        f'<p:spPr><a:xfrm rot="{turn * 60000}"><a:off x="{left}" y="{top}"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></a:bodyPr>'
        f'<a:p><a:pPr algn="{align}"/><a:r><a:rPr lang="zh-CN" sz="{int(size * 100)}"><a:solidFill>'
        f'<a:srgbClr val="{look.colour(colour)}">{faded}</a:srgbClr></a:solidFill><a:latin typeface="{look.FONT}"/>'
        f'<a:ea typeface="{look.FONT}"/></a:rPr><a:t/></a:r></a:p></p:txBody></p:sp>'
    )
    shape.find(f".//{qn('a:t')}").text = text
    tree.append(shape)
    return shape
