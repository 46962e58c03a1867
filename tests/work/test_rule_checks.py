"""What single rules must hold beyond their shape, as a table with its edges."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lib.rulebook import Rulebook, shipped_rows
from lib.work.rule_checks import kpi_problems, rule_problems

BOOK = Rulebook(shipped_rows())


def entry(key: str) -> Any:
    return BOOK.history("rule", key)[-1]


def changed(key: str, *path: Any, to: Any) -> Any:
    """The shipped value with one place changed; `to` None takes the place away."""
    value = copy.deepcopy(entry(key).value)
    part = value
    for step in path[:-1]:
        part = part[step]
    if to is None:
        del part[path[-1]]
    else:
        part[path[-1]] = to
    return value


@pytest.mark.parametrize("key", BOOK.keys("rule"))
def test_every_shipped_value_holds(key: str) -> None:
    for one in BOOK.history("rule", key):
        assert rule_problems(key, one.unit, one.value, one.value) == []


@pytest.mark.parametrize(
    ("key", "path", "to", "said"),
    [
        ("tier.personal", ("tiers", 1, "line", "CNY"), 599_999_999, ""),
        ("tier.personal", ("tiers", 1, "line", "CNY"), 600_000_000, "逐层降低"),
        ("tier.personal", ("tiers", 1, "line", "CNY"), 5_000_000, "逐层降低"),
        ("tier.personal", ("tiers", 2, "line", "CNY"), 0, "大于零"),
        ("tier.personal", ("tiers", 2, "line"), None, "每一层都要有线"),
        ("tier.personal", ("tiers", 3, "line"), {"CNY": 1}, "最低一层没有线"),
        ("tier.personal", ("tiers", 3), None, "层级及其次序"),
        ("tier.personal", ("measure",), "shoes", "依据指标"),
        ("customer.age_bands", (1, "below"), 18, "由小到大"),
        ("customer.age_bands", (1, "below"), None, "由小到大"),
        ("customer.size_limits", ("limits", "retail", "revenue", 1), 20000, "逐级降低"),
        ("customer.size_limits", ("limits", "retail", "revenue", 1), 19999, ""),
        ("approval.stages", ("calendar_year",), [], "至少一个审批岗位"),
        ("approval.stages", ("calendar_year",), ["reviewer", "reviewer"], "不得重复"),
        ("approval.stages", ("calendar_year",), ["janitor"], "不在已知的清单"),
        ("approval.rule_stages", ("rule_change",), ["reviewer"], "两个岗位"),
        ("approval.rule_stages", ("rule_change",), ["reviewer", "legal", "leadership"], ""),
        ("rulebook.proposers", ("crm",), ["tier."], "至少一个岗位"),
        ("complaint.moves", (0, "to"), "limbo", "步骤"),
        ("complaint.moves", (0, "who"), ["nobody"], "步骤"),
        ("attachment.limits", ("types",), ["exe"], "文件类型"),
        ("activity.initiated_kinds", (0,), "bribe", "不在已知的清单"),
        ("activity.initiated_kinds", (0,), "cash_out", "出现了两次"),
        ("signin.limits", ("failures",), 0, "至少为 1"),
        ("survey.satisfied", ("from",), 6, "下限不能高于上限"),
        ("survey.fatigue", ("least_gap",), 0, "至少为 1"),
        ("survey.fatigue", ("least_gap",), 60, ""),
        ("survey.questionnaires", (0, "questions", 0, "ask"), "shoes", "不在已知的清单"),
        ("survey.questionnaires", (0, "questions", 1, "ask"), "overall", "只问一次"),
        ("survey.questionnaires", (1, "questions", 0), None, "总体满意度"),
        ("survey.questionnaires", (1,), None, "不能删去"),
        ("survey.questionnaires", (0, "questions", 0, "text"), "您满意吗？", ""),
        ("survey.pulses", (0, "code"), "party", "不在已知的清单"),
        ("survey.pulses", (0, "channel"), "fax", "不在已知的清单"),
        ("survey.pulses", (1, "share"), 0, "1 与 100"),
        ("survey.pulses", (1, "share"), 101, "1 与 100"),
        ("survey.pulses", (1, "share"), 100, ""),
        ("complaint.legal_term", ("complex",), 14, "不能短于"),
        ("complaint.channels", (0, "code"), "email", "出现了两次"),
        ("care.templates", (0, "text"), "{name}您好", ""),
        ("care.templates", (0, "text"), "{shoe}您好", "占位"),
        ("care.templates", (0, "text"), "{name您好", "花括号"),
        ("care.templates", (0, "text"), "{name}}您好", "花括号"),
        ("care.templates", (0, "text"), "好" * 501, "最多 500 字"),
        ("care.templates", (0, "channels"), ["fax"], "渠道"),
        ("care.templates", (0, "occasion"), "raffle", "场合"),
        ("care.templates", (0, "code"), "festival", "出现了两次"),
        ("care.channels", ("order",), ["sms", "fax"], "渠道"),
        ("care.channels", ("order",), ["sms", "sms"], "重复"),
        ("care.channels", ("as_said", "online"), "fax", "渠道"),
        ("care.channels", ("sms_part",), 0, "字数"),
        ("care.channels", ("longest", "sms"), 2001, "字数"),
        ("care.quiet", ("from_hour",), 20, "时段"),
        ("care.quiet", ("until_hour",), 25, "时段"),
        ("care.quiet", ("until_hour",), 24, ""),
        ("care.quiet", ("days",), ["12-13", "2027-05-12"], ""),
        ("care.quiet", ("days",), ["13-12"], "不是日期"),
    ],
)
def test_a_rule_s_own_limits(key: str, path: tuple[Any, ...], to: Any, said: str) -> None:
    one = entry(key)
    found = rule_problems(key, one.unit, one.value, changed(key, *path, to=to))
    assert bool(found) is bool(said) and said in "".join(found), found


@pytest.mark.parametrize(
    ("key", "value", "good"),
    [("target.csat", 1.0, True), ("target.csat", 1.01, False), ("import.rejected_share", 100, True),
     ("import.rejected_share", 101, False), ("target.nps", 55, True)],
)  # fmt: skip
def test_shares_lie_between_nothing_and_all(key: str, value: float, good: bool) -> None:
    assert (rule_problems(key, entry(key).unit, entry(key).value, value) == []) is good


@pytest.mark.parametrize("key", BOOK.keys("kpi"))
def test_every_shipped_kpi_holds(key: str) -> None:
    assert kpi_problems(BOOK.history("kpi", key)[-1].value, BOOK) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("numerator", "shoes", "计量项"), ("unit", "furlong", "单位"), ("good", "sideways", "方向"),
     ("by", ["planet"], "可分到"),
     ("scale", 0, "倍数"), ("scale", True, "倍数"), ("owner", "janitor", "责任岗位"), ("over_time", "mean", "跨季"),
     ("denominator", "cohort", "")],
)  # fmt: skip
def test_a_kpi_speaks_the_catalogue_s_words(field: str, value: Any, said: str) -> None:
    found = kpi_problems({**BOOK.history("kpi", "csat")[-1].value, field: value}, BOOK)
    assert bool(found) is bool(said) and said in "".join(found), found
