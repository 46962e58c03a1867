"""The review meeting as slides: cover with its stamp, agenda, then every section's sentences, charts and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lib.export import pack_charts, pack_tables
from lib.export import pack_look as look
from lib.export.pack_deck import Deck
from lib.export.pack_measure import height, shares
from lib.export.pack_shapes import Box, text_box, write
from lib.export.pack_stamp import footer_of, mark_of, stamp_lines, title_of
from lib.export.pack_text import GAP, heading, plain, portions, sentences
from lib.meeting.parts import Chart, Meeting, Section, Table
from lib.words import _

_LEAST_TABLE = 4  # rows a table shows at least below something else
#: what people wrote beside the sections
NOTES = "notes"


def slides(meeting: Meeting, bank: str, template: Path | None = None) -> bytes:
    """The presentation; BadTemplate for a template that cannot be used."""
    deck = Deck(footer_of(meeting.stamp), mark_of(meeting.stamp, bank), template)
    deck.describe(title_of(meeting.stamp), meeting.stamp.reader)
    _cover(deck, meeting, bank)
    agenda = deck.page(_("议程"))
    first = [(section, _section(deck, section, meeting.currency)) for section in meeting.sections]
    _agenda(deck, agenda, first)
    return deck.content()


def _cover(deck: Deck, meeting: Meeting, bank: str) -> None:
    slide, below = deck.cover(title_of(meeting.stamp))
    lines = [bank, *stamp_lines(meeting.stamp)]
    if below is None:
        below = text_box(slide, deck.area, "stamp")
    frame = below.text_frame
    frame.text, frame.word_wrap = "", True
    room, width = below.height.pt, below.width.pt - 15
    size = next(
        (one for one in (look.LEAD, 14, 13, 12, 11, 10, 9) if sum(height(line, width, one) for line in lines) <= room),
        8,
    )
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        plain(paragraph)
        write(paragraph, line, size, look.rgb("textColor" if not place else "grayColor"), bold=not place)


def _agenda(deck: Deck, slide: Any, first: Sequence[tuple[Section, Any]]) -> None:
    """What comes, each line a way to its slide, numbered as on screen; the notes have no number there."""
    area = deck.area
    step = min(36.0, area.height / max(1, len(first)))
    size = max(look.TINY, min(look.LEAD, step / 1.5))
    numbers = iter(range(1, len(first) + 1))
    for place, (section, target) in enumerate(first):
        number = "–" if section.key == NOTES else str(next(numbers))
        box = text_box(slide, Box(area.left, area.top + place * step, area.width, step), f"agenda {section.key}")
        write(box.text_frame.paragraphs[0], f"{number}  {section.title}", size, look.rgb("textColor"))
        box.click_action.target_slide = target


def _section(deck: Deck, section: Section, currency: str) -> Any:
    """The slides of one section; the first of them."""
    pages = _Pages(deck, section.title)
    charts = [one for one in section.charts if one.categories and one.series]
    charts = _findings(pages, section.findings, charts, currency)
    for pair in _pairs(charts):
        _charts(pages.new(), pair, currency)
        pages.take(pages.whole.height)
    for table in section.tables:
        _table(pages, table, currency)
    if not pages.made:
        sentences(pages.new(), [_("本季没有内容。")])
    return pages.made[0]


class _Pages:
    """The slides of a section, each with its title; `room` is what is left of the last."""

    def __init__(self, deck: Deck, title: str) -> None:
        self._deck, self._title = deck, title
        self.made: list[Any] = []
        self.room = Box(0, 0, 0, 0)

    @property
    def whole(self) -> Box:
        """The room of an empty slide."""
        return self._deck.area

    def new(self) -> tuple[Any, Box]:
        """Another slide and its room."""
        title = self._title if not self.made else _("{title}（续）").format(title=self._title)
        self.made.append(self._deck.page(title))
        self.room = self._deck.area
        return self.made[-1], self.room

    def take(self, used: float) -> None:
        """So many points of the last slide are taken."""
        self.room = self.room.rest(used)


def _findings(pages: _Pages, findings: Sequence[str], charts: list[Chart], currency: str) -> list[Chart]:
    """The sentences; beside the first chart where they fit there. Returns the charts not yet drawn."""
    if not findings:
        return charts
    left, right = pages.whole.columns(2, 3)
    if charts and len(list(portions(findings, left))) == 1:
        slide, _room = pages.new()
        sentences((slide, left), findings)
        _chart(slide, right, charts[0], currency)
        pages.take(pages.whole.height)
        return charts[1:]
    for part in portions(findings, pages.whole):
        slide, room = pages.new()
        pages.take(sentences((slide, room), part) + 2 * GAP)
    return charts


def _pairs(charts: Sequence[Chart]) -> Iterator[list[Chart]]:
    """Two to a slide; one that shows many categories has it for itself."""
    yield from shares(charts, 2, lambda one: 2 if len(one.categories) * len(one.series) > 16 else 1)


def _charts(at: tuple[Any, Box], charts: Sequence[Chart], currency: str) -> None:
    slide, room = at
    for box, chart in zip(room.columns(*[1] * len(charts)), charts, strict=True):
        _chart(slide, box, chart, currency)


def _chart(slide: Any, box: Box, chart: Chart, currency: str) -> None:
    unit = pack_charts.unit_of(chart, currency)
    title = _("{title}（{unit}）").format(title=chart.title, unit=unit) if unit else chart.title
    used = heading(slide, box, title)
    pack_charts.draw(slide, box.rest(used), chart, currency)


def _table(pages: _Pages, table: Table, currency: str) -> None:
    """A table where there is room for it, else on slides of its own; its note below its last part."""
    whole = pages.whole
    sheet = pack_tables.sheet(table, currency, whole.width)
    titled = height(table.title, whole.width, look.BODY) + 4 if table.title else 0
    noted = height(table.note, whole.width, look.TINY) + 6 if table.note else 0
    beside = titled + noted + 4
    high = [sheet.high(one) for one in (sheet.head, *sheet.cells)]
    # Together where one slide can hold it; a longer one begins where some rows of it fit.
    least = sum(high) if sum(high) + beside <= whole.height else sum(high[: _LEAST_TABLE + 1])
    if not pages.made or pages.room.height < least + beside:
        pages.new()
    for number, places in enumerate(pack_tables.parts(sheet, pages.room.height - beside, whole.height - beside)):
        slide, room = (pages.made[-1], pages.room) if not number else pages.new()
        if table.title:
            pages.take(heading(slide, room, table.title))
        pages.take(pack_tables.draw(slide, pages.room, sheet, places) + 3)
    if noted:
        note = text_box(pages.made[-1], Box(pages.room.left, pages.room.top + 3, whole.width, noted), "note")
        write(note.text_frame.paragraphs[0], table.note, look.TINY, look.rgb("grayColor"))
    pages.take(noted + 2 * GAP)
