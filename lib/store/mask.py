"""Masks on display (JR/T 0171-2020, domain §10), and which of them the reader of this moment is under."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """How the reader of this moment sees people: names masked? a customer's private columns empty?"""

    masked_names: bool = False
    narrow: bool = False


_OUTSIDE = View(masked_names=True, narrow=True)
_view: ContextVar[View] = ContextVar("view", default=_OUTSIDE)


@contextmanager
def viewing(view: View) -> Iterator[None]:
    """Read under this view until the block ends."""
    token = _view.set(view)
    try:
        yield
    finally:
        _view.reset(token)


def names_are_masked() -> bool:
    """Whether names come out masked now; outside any session they do."""
    return _view.get().masked_names


def view_is_narrow() -> bool:
    """Whether a customer's private columns come out empty now; outside any session they do."""
    return _view.get().narrow


def name(clear: str) -> str:
    """张建国 → 张**: the first character only."""
    return clear[:1] + "*" * min(max(len(clear) - 1, 1), 3)


def phone(clear: str) -> str:
    """13812345678 → 138****5678: the first three and the last four."""
    return _ends(clear, 3, 4)


def card(clear: str) -> str:
    """A card or account number: the first six and the last four."""
    return _ends(clear, 6, 4)


def identity(clear: str) -> str:
    """An identity number: the last four only."""
    return _ends(clear, 0, 4)


def _ends(clear: str, first: int, last: int) -> str:
    hidden = len(clear) - first - last
    if hidden <= 0:
        return "*" * len(clear)
    return clear[:first] + "*" * hidden + clear[-last:]
