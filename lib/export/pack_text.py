"""Sentences and headings on a slide, measured so that nothing runs over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from lib.export import pack_look as look
from lib.export.pack_measure import height, shares, split_text
from lib.export.pack_shapes import Box, text_box, write

GAP = 8.0  # points between sentences
_BULLET = 14.0  # points a sentence stands in behind its mark
_MINUS = re.compile(r"(?<![\w\-])-(?=\d)")


def portions(findings: Sequence[str], room: Box) -> Iterator[list[str]]:
    width = room.width - _BULLET
    whole = [piece for one in findings for piece in split_text(one, width, look.BODY, room.height)]
    yield from shares(whole, room.height, lambda one: height(one, width, look.BODY) + GAP)


def sentences(at: tuple[Any, Box], findings: Sequence[str]) -> float:
    """The sentences in their box, one paragraph each; the height they take."""
    slide, box = at
    used = sum(height(one, box.width - _BULLET, look.BODY) + GAP for one in findings)
    made = text_box(slide, Box(box.left, box.top, box.width, min(used, box.height)), "findings")
    for place, one in enumerate(findings):
        paragraph = made.text_frame.paragraphs[0] if not place else made.text_frame.add_paragraph()
        plain(paragraph, bullet=True)
        paragraph.space_after = Pt(GAP)
        write(paragraph, _unbroken(one), look.BODY, look.rgb("textColor"))
    return used


def heading(slide: Any, box: Box, text: str) -> float:
    """A bold line over a chart or table; the height it takes."""
    size = look.BODY if height(text, box.width, look.BODY) <= look.BODY * 4.5 else look.SMALL
    used = height(text, box.width, size) + 4
    made = text_box(slide, Box(box.left, box.top, box.width, used), "heading")
    write(made.text_frame.paragraphs[0], _unbroken(text), size, look.rgb("textColor"), bold=True)
    return used


def plain(paragraph: Any, *, bullet: bool = False) -> None:
    """Our own mark or none, whatever the template has for its texts."""
    properties, inset = paragraph._p.get_or_add_pPr(), int(Pt(_BULLET)) if bullet else 0
    properties.set("marL", str(inset))
    properties.set("indent", str(-inset))
    properties.set("algn", "l")
    mark = f'<a:buChar {nsdecls("a")} char="•"/>' if bullet else f"<a:buNone {nsdecls('a')}/>"
    properties.append(parse_xml(mark))


def _unbroken(text: str) -> str:
    """A minus that no line ends with: a hyphen before a number may be parted from it."""
    return _MINUS.sub("\u2212", text)
