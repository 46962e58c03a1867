"""What a spreadsheet would run, choke on or cut short is written so that it cannot."""

from __future__ import annotations

from datetime import datetime

import pytest

from lib.export.cells import Cell, safe

MOMENT = datetime(2026, 3, 2, 10)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+8613800131001", "'+8613800131001"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\x00=1+1", "'=1+1"),
        ("铃\x07声", "铃声"),
        ("城北", "城北"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("", ""),
        (-1, -1),
        (None, None),
        (MOMENT, MOMENT),
    ],
)
def test_cells(cell: Cell, written: Cell) -> None:
    assert safe(cell) == written


def test_a_text_longer_than_a_cell_is_cut() -> None:
    assert len(str(safe("长" * 40_000))) < 32_767
