"""The deck: slides on the pack's own layouts or the bank's, with footer, number and watermark on every one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER

from lib.export import pack_look as look
from lib.export.pack_measure import ems, height
from lib.export.pack_shapes import Box, footer, page_number, style, watermark
from lib.export.pack_template import FURNITURE, TITLES, layouts, own, theirs


class Deck:
    """A presentation that grows slide by slide; `said` stands at the foot of each, `mark` behind all."""

    def __init__(self, said: str, mark: list[str], template: Path | None = None) -> None:
        self._said = said
        self._deck: Any = own() if template is None else theirs(template)
        self._own = template is None
        self._cover, self._page = layouts(self._deck, template)
        self.wide, self.high = self._deck.slide_width.pt, self._deck.slide_height.pt
        for layout in {id(one): one for one in (self._cover, self._page)}.values():
            watermark(layout, mark, Box(self.wide * 0.08, self.high / 2 - 44, self.wide * 0.84, 44))

    @property
    def area(self) -> Box:
        """Where a page's content may stand: below the title, above the footer."""
        title = next(one for one in self._page.placeholders if one.placeholder_format.type in TITLES)
        left, top = max(title.left.pt, 20), title.top.pt + title.height.pt + 16
        wide = min(title.width.pt, self.wide - left - 20)
        found = Box(left, top, wide, self._foot.top - 8 - top)
        if found.height >= self.high * 0.5 and found.width >= self.wide * 0.6:
            return found
        return Box(self.wide * 0.05, self.high * 0.22, self.wide * 0.9, self._foot.top - 8 - self.high * 0.22)

    @property
    def _foot(self) -> Box:
        top = min([self.high - 30, *(one.top.pt for one in self._page.placeholders
                                     if one.placeholder_format.type == PP_PLACEHOLDER.FOOTER
                                     and one.top.pt > self.high * 0.8)])  # fmt: skip
        return Box(self.wide * 0.042, top, self.wide * 0.916, 20)

    def cover(self, title: str) -> tuple[Any, Any]:
        """The first slide and the shape below its title, which may be None."""
        slide = self._slide(self._cover, title, 34)
        rest = _spare(slide)
        for spare in rest[1:]:
            spare._element.getparent().remove(spare._element)
        return slide, rest[0] if rest else None

    def page(self, title: str) -> Any:
        """A slide with a title and room for content."""
        slide = self._slide(self._page, title, look.HEADING)
        for spare in _spare(slide):
            spare._element.getparent().remove(spare._element)
        return slide

    def content(self) -> bytes:
        """The file."""
        file = io.BytesIO()
        self._deck.save(file)
        return file.getvalue()

    def describe(self, title: str, author: str) -> None:
        """What the file says of itself."""
        self._deck.core_properties.title = title
        self._deck.core_properties.author = author
        self._deck.core_properties.keywords = self._said[:250]

    def _slide(self, layout: Any, title: str, size: float) -> Any:
        slide = self._deck.slides.add_slide(layout)
        holder = slide.shapes.title
        if holder is not None:
            frame, room = holder.text_frame, (holder.width.pt - 15, holder.height.pt)
            frame.word_wrap = True
            fits = (one for one in (size, 24, 20, 18, 16, 14) if one <= size and height(title, room[0], one) <= room[1])
            frame.text = ""
            run = frame.paragraphs[0].add_run()
            run.text = title
            style(run.font, next(fits, 12), look.rgb("textColor") if self._own else None, bold=True)
        foot, number = self._foot, 60
        wide = foot.width - number
        text = self._said if ems(self._said) * look.TINY <= wide * 2 else self._said[: int(wide * 2 / look.TINY)]
        footer(slide, Box(foot.left, foot.top, wide, 24 if ems(text) * look.TINY > wide else 16), text)
        page_number(slide, Box(foot.left + wide, foot.top, number, 16))
        return slide


def _spare(slide: Any) -> list[Any]:
    """What the layout holds besides the title and what stands at the foot."""
    return [one for one in slide.placeholders if one.placeholder_format.type not in (*TITLES, *FURNITURE)]
