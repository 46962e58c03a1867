"""How much fits on a slide: lines a text takes in a width, and the parts a list is cut into."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")
LEADING = 1.45  # a line's height in font sizes, Chinese fonts as tall as they come
_EDGE = 0.25  # the gap some programs leave between Chinese and Latin letters
_NARROW, _WIDE = set("iljtfrI.,:;|!'()[] ·"), set("mwMW%@—")


def ems(text: str) -> float:
    """The width of a text in font sizes, rather too wide than too narrow: whose machine has which font is unknown."""
    edges = sum(1 for one, next_ in pairwise(text) if _is_wide(one) != _is_wide(next_))
    return sum(map(_ems, text)) + edges * _EDGE


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F", "A")


def _ems(letter: str) -> float:
    if _is_wide(letter):
        return 1.0
    if letter in _NARROW:
        return 0.4
    return 0.95 if letter in _WIDE else 0.74 if letter.isupper() else 0.65


def lines(text: str, width: float, size: float) -> int:
    """The lines a text takes in a width (points); a word that does not fit moves to the next line whole."""
    taken, room = 1, width / size
    left, before = room, _is_wide(text[:1] or "一")
    for word in _words(text):
        need = ems(word.rstrip(" ") or word) + (_EDGE if _is_wide(word[0]) != before else 0)
        before = _is_wide(word[-1])
        if word == "\n":
            taken, left = taken + 1, room
        elif need <= left:
            left -= need + _ems(" ") * word.endswith(" ")
        else:
            more = max(1, -(-int(need * 1000) // max(1, int(room * 1000))))
            taken, left = taken + more - (left == room), room * more - need
    return taken


def height(text: str, width: float, size: float) -> float:
    """The height of a text in points."""
    return lines(text, width, size) * size * LEADING


def shares(items: Sequence[Item], room: float, high: Callable[[Item], float]) -> Iterator[list[Item]]:
    """The items in their order, as many together as their heights allow; one that is too high stands alone."""
    part: list[Item] = []
    used = 0.0
    for item in items:
        need = high(item)
        if part and used + need > room:
            yield part
            part, used = [], 0.0
        part.append(item)
        used += need
    if part:
        yield part


def split_text(text: str, width: float, size: float, room: float) -> list[str]:
    """A text that is higher than the room, cut where its lines end."""
    if height(text, width, size) <= room:
        return [text]
    most, found, start = max(1, int(room / (size * LEADING))), [], 0
    for end in range(1, len(text) + 1):
        if lines(text[start:end], width, size) > most:
            found.append(text[start : end - 1])
            start = end - 1
    return [*found, text[start:]]


def _words(text: str) -> Iterator[str]:
    """Chinese letter by letter, Latin word by word with the space behind it."""
    word = ""
    for letter in text:
        if _is_wide(letter) or letter == "\n":
            if word:
                yield word
            yield letter
            word = ""
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word
