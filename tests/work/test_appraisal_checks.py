"""What the rules of appraisal must hold beyond their shape, one change at a time."""

from __future__ import annotations

from typing import Any

import pytest

from lib.work.rule_checks import rule_problems
from tests.work.test_rule_checks import changed, entry


@pytest.mark.parametrize(
    ("key", "path", "to", "said"),
    [
        ("appraisal.manager", (0, "weight"), 16, "权重合计须为 100"),
        ("appraisal.manager", (0, "weight"), 0, "权重须大于零"),
        ("appraisal.manager", (0, "group"), "shoes", "方面不在"),
        ("appraisal.manager", (0, "target"), 0.6, "依次升高或依次降低"),
        ("appraisal.manager", (0, "target"), 0.96, "依次升高或依次降低"),
        ("appraisal.manager", (0, "target"), 0.8, ""),
        ("appraisal.manager", (7, "target"), 0.05, ""),
        ("appraisal.manager", (7, "ceiling"), 0.05, "依次升高或依次降低"),
        ("appraisal.manager", (6, "target", "CNY"), 900_000_000, "依次升高或依次降低"),
        ("appraisal.manager", (6, "target"), {"CNY": 300_000_000, "USD": 1}, "依次升高或依次降低"),
        ("appraisal.manager", (1, "code"), "csat", "出现了两次"),
        ("appraisal.branch", (3, "weight"), 6, "权重合计须为 100"),
        ("appraisal.points", ("target",), 100, "依次升高"),
        ("appraisal.points", ("ceiling",), 120, "满分为 100"),
        ("appraisal.points", ("target",), 70, ""),
        ("appraisal.grades", (1, "from"), 90, "自上而下降低"),
        ("appraisal.grades", (3, "from"), 1, "从 0 分起"),
        ("appraisal.grades", (0, "code"), "superb", "等级及其次序"),
        ("appraisal.grades", (0, "from"), 95, ""),
        ("appraisal.moves", (0, "who"), ["subject"], "步骤与办理人"),
        ("appraisal.moves", (1, "needs"), ["comment"], ""),
        ("appraisal.moves", (1, "needs"), ["shoes"], "不在已知的清单"),
        ("appraisal.least_weight", (), None, ""),
        ("appraisal.days", ("answer",), 0, "至少为 1"),
    ],
)
def test_what_is_wrong_is_said(key: str, path: tuple[Any, ...], to: Any, said: str) -> None:
    one = entry(key)
    value = changed(key, *path, to=to) if path else one.value
    found = rule_problems(key, one.unit, one.value, value)
    assert (said == "" and found == []) or (said and any(said in sentence for sentence in found)), found
