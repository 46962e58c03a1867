"""The calendar on the command line, and what refresh carries out first."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.cli import main
from lib.rulebook import CalendarDay
from lib.store import book
from lib.store.session import open_session
from lib.work import calendar_year, requests
from tests.cast import SmallBank, scope


def test_a_year_is_shown(sqlite_bank: SmallBank, capsys: Any) -> None:
    assert main(["calendar", "show", "2026"]) == 0
    assert "2026-02-14 周六\t补班\t春节" in capsys.readouterr().out
    assert main(["calendar", "show", "2026", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["days"]) == 39
    assert main(["calendar", "show", "2031"]) == 1
    assert "没有 2031 年" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("date,kind,name\n2027-01-01,holiday,元旦\n", 0, "2027 年：与现在相比有 1 天不同"),
        ("date,kind,name\n2027-01-01,workday,元旦\n", 1, "不是周末"),
        ("nonsense", 1, "第一行须有"),
    ],
)
def test_a_file_is_checked_and_nothing_written(
    sqlite_bank: SmallBank, tmp_path: Path, capsys: Any, text: str, code: int, sentence: str
) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(text, encoding="utf-8")
    assert main(["calendar", "check", str(file)]) == code
    told = capsys.readouterr()
    assert sentence in (told.err if code else told.out)
    assert book.calendar().until == 2026


def test_refresh_first_carries_out_what_was_agreed(sqlite_bank: SmallBank, capsys: Any) -> None:
    with open_session(scope("crm.zhao"), "rulebook", write=True) as session:
        days = [CalendarDay(date(2027, 1, 1), "holiday", "元旦")]
        request_id = calendar_year.propose(session, days, "通知").id
    with open_session(scope("check.sun"), "approvals", write=True) as session:
        requests.decide(session, request_id, 1, "agreed", "", None)
    assert main(["refresh"]) == 0
    assert "日历已写入 1 天" in capsys.readouterr().out and book.calendar().until == 2027
    assert main(["refresh"]) == 0
    assert "日历已写入" not in capsys.readouterr().out
