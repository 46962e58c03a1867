"""`python -m lib appraise`: one document for machines, sentences for people, an error for what cannot be."""

from __future__ import annotations

import json

import pytest

from lib.cli import main
from tests.cast import ZHANG, SmallBank
from tests.staff.cards import MEASURES, facts


def test_a_quarter_and_a_year(sqlite_bank: SmallBank, capsys: pytest.CaptureFixture[str]) -> None:
    facts("2025Q3", {ZHANG: MEASURES})
    assert main(["appraise", "2025Q3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "period": "2025Q3", "quarters": ["2025Q3"], "first": 2, "again": 0, "same": 0, "lapsed": 0, "waiting": [],
    }  # fmt: skip
    assert main(["appraise", "2025"]) == 0
    assert capsys.readouterr().out == "2025 年度：新计算 2 张，重算 0 张，未变 0 张。\n"


@pytest.mark.parametrize(
    ("period", "said"), [("2025Q3", "没有季度数据"), ("2099", "还没有结束"), ("2025Q7", "不是季度或年度")]
)
def test_what_cannot_be_appraised(
    sqlite_bank: SmallBank, capsys: pytest.CaptureFixture[str], period: str, said: str
) -> None:
    assert main(["appraise", period]) == 1
    told = capsys.readouterr()
    assert said in told.err and told.out == ""
