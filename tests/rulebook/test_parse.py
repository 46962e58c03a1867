"""Reading rule files: strict, in order, and never silently less than what was written."""

from datetime import date
from pathlib import Path

import pytest

from lib.rulebook import RuleFileError, parse_examples, parse_folder, shipped_rows

GOOD = """
[[rule]]
key = "a.rule"
title = "规则"
unit = "days"
[[rule.entry]]
from = "always"
basis = "stated"
source = "制度 §一"
value = 1
[[rule.entry]]
from = 2026-01-01
basis = "law"
source = "某法"
value = 2
[[rule.example]]
given = { x = 1 }
expect = 2
"""
KPI = """
[[kpi]]
key = "k"
title = "指标"
group = "service"
unit = "percent"
good = "up"
numerator = "a"
denominator = "b"
owner = "crm"
formula = "甲 ÷ 乙"
from = "always"
basis = "stated"
source = "制度 §七"
[[kpi.target]]
from = 2026-01-01
basis = "assumed"
source = "暂定"
value = 0.5
"""
TAG = """
[[tag]]
key = "t"
title = "标签"
family = "need"
kinds = ["personal"]
when = { fact = "age", op = ">=", value = 60 }
from = "always"
basis = "assumed"
source = "方案 §2.2"
"""


def parsed(folder: Path, text: str) -> list:
    (folder / "a.toml").write_text(text, encoding="utf-8")
    return parse_folder(folder)


def test_a_rule_with_two_entries(tmp_path: Path) -> None:
    first, second = parsed(tmp_path, GOOD)
    assert (first.valid_from, first.basis, first.value) == (None, "stated", {"unit": "days", "value": 1})
    assert (second.valid_from, second.position) == (date(2026, 1, 1), 1)
    assert [example.expect for example in parse_examples(tmp_path)] == [2]


def test_a_kpi_and_its_target(tmp_path: Path) -> None:
    kpi, target = parsed(tmp_path, KPI)
    assert (kpi.kind, kpi.key, kpi.value["denominator"]) == ("kpi", "k", "b")
    assert "title" not in kpi.value and "target" not in kpi.value
    assert (target.kind, target.key, target.value) == ("rule", "target.k", {"unit": "percent", "value": 0.5})


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (GOOD, 'unit = "days"', ""),
        (GOOD, 'unit = "days"', 'unit = "days"\ncolour = "red"'),
        (GOOD, 'basis = "stated"', 'basis = "guessed"'),
        (GOOD, 'source = "制度 §一"', 'source = ""'),
        (GOOD, "from = 2026-01-01", 'from = "always"'),
        (GOOD, "from = 2026-01-01", 'from = "2026-01-01"'),
        (GOOD, "from = 2026-01-01", "from = 2026-01-01T10:00:00"),
        (GOOD, 'basis = "stated"', 'basis = "law"'),
        (GOOD, "value = 1", ""),
        (GOOD, "given = { x = 1 }", "given = { x = 1 }\nexpekt = 1"),
        (GOOD, "[[rule]]", "[[ruel]]"),
        (KPI, 'group = "service"', 'group = "other"'),
        (KPI, 'good = "up"', 'good = "high"'),
        (KPI, 'denominator = "b"', 'denominator = "b"\nby = ["planet"]'),
        (TAG, 'family = "need"', 'family = "wish"'),
        (TAG, '"personal"', '"alien"'),
        (TAG, 'fact = "age"', 'fact = "shoe_size"'),
    ],
)
def test_anything_unknown_is_refused(tmp_path: Path, text: str, old: str, new: str) -> None:
    assert old in text
    bad = text.replace(old, new, 1).replace("[[rule.", "[[ruel.") if new == "[[ruel]]" else text.replace(old, new, 1)
    with pytest.raises(RuleFileError):
        parsed(tmp_path, bad)
        parse_examples(tmp_path)


def test_the_same_rule_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(RuleFileError, match="two entries"):
        parsed(tmp_path, GOOD)


def test_shipped_rows_are_numbered_and_unique() -> None:
    rows = shipped_rows()
    assert [row.position for row in rows] == list(range(len(rows)))
    assert len({(row.kind, row.key, row.valid_from) for row in rows}) == len(rows)
    assert max(len(row.key) for row in rows) <= 60


def test_the_shipped_rules_cite_their_source() -> None:
    books = ("制度", "方案", "办法", "手册", "管理", "JR/T", "法", "监管", "导入数据", "目标值未定")
    assert [row.key for row in shipped_rows() if not any(book in row.source for book in books)] == []
