"""Cards as a workbook: one line a KPI, within the scope, harmless in a spreadsheet."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from lib.export import appraisal
from lib.staff.appraisal_steps import StepForm
from tests.cast import ZHANG, SmallBank, scope
from tests.staff.cards import card_of, small_bank_appraised, taken


@pytest.fixture(autouse=True)
def _cards(sqlite_bank: SmallBank) -> None:
    small_bank_appraised()


def sheet(login: str, **query: str) -> list[dict[str, Any]]:
    _name, _kind, content = appraisal.make(scope(login), {"period": "2025Q3", **query})
    rows = list(load_workbook(io.BytesIO(b"".join(content))).worksheets[0].iter_rows(values_only=True))
    assert login in str(rows[0][0]), "the file says whose it is"
    return [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]


@pytest.mark.parametrize(
    ("login", "people"),
    [
        ("rm.zhang", {"张伟"}), ("head.wang", {"张伟", "高远", None}), ("crm.zhao", {"张伟", "高远", "李娜", None}),
        ("exec.zhou", {"张伟", "高远", "李娜", None}), ("care.chen", set()), ("legal.qian", set()),
    ],
)  # fmt: skip
def test_each_takes_along_what_they_see(login: str, people: set[str | None]) -> None:
    assert {row["姓名"] for row in sheet(login)} == people


def test_a_line_says_what_was_counted() -> None:
    lines = {row["指标"]: row for row in sheet("rm.zhang", level="manager")}
    visits = lines["回访完成率"]
    assert (visits["分子"], visits["分母"], visits["指标得分"], visits["考核得分"]) == (12, 20, 40, 70)
    assert (lines["新增业务额"]["分子"], lines["新增业务额"]["分母"]) == (1_750_000, None)
    assert lines["续购率"]["是否计入"] == "样本不足，不计" and lines["续购率"]["指标得分"] is None


def test_what_somebody_wrote_is_no_formula() -> None:
    taken("head.wang", card_of(ZHANG), StepForm("signed", comment='=HYPERLINK("http://x")'))
    assert {row["评语"] for row in sheet("rm.zhang")} == {'\'=HYPERLINK("http://x")'}


@pytest.mark.parametrize("query", [{"period": ""}, {"period": "2025Q9"}, {"level": "bank"}])
def test_a_question_that_means_nothing_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        appraisal.make(scope("crm.zhao"), {"period": "2025Q3", **query})
