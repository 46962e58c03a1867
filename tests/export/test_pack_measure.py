"""How much fits: lines of Chinese and Latin, parts of a list, a text cut without losing a letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.export.pack_measure import height, lines, shares, split_text


@pytest.mark.parametrize(
    ("text", "width", "taken"),
    [
        ("", 100, 1), ("一" * 10, 100, 1), ("一" * 11, 100, 2), ("一" * 21, 100, 3), ("一\n二", 100, 2),
        ("word " * 3, 100, 1), ("word word word word", 60, 2), ("W" * 30, 100, 3),
    ],
)  # fmt: skip
def test_lines_of_a_text(text: str, width: float, taken: int) -> None:
    assert lines(text, width, 10) == taken


@given(st.lists(st.floats(1, 50)), st.floats(50, 200))
def test_parts_are_whole_in_order_and_fit(items: list[float], room: float) -> None:
    parts = list(shares(items, room, lambda item: item))
    assert [item for part in parts for item in part] == items
    assert all(sum(part) <= room + 1e-6 for part in parts)


@given(st.text(alphabet="一二三 abcW，。", max_size=300), st.integers(40, 200))
def test_a_cut_text_loses_nothing(text: str, width: int) -> None:
    parts = split_text(text, width, 10, 45)
    assert "".join(parts) == text
    assert all(height(part, width, 10) <= 45 for part in parts)
