"""Every shipped rule in words: units, names of codes, amounts; and no code left bare."""

from __future__ import annotations

import re

import pytest

from lib.rulebook import Rulebook, shipped_rows
from lib.rulebook.said import value_of
from lib.words import use_locale

BOOK = Rulebook(shipped_rows())
ENTRIES = {rule.key: rule.entries[-1] for rule in BOOK.rules}
#: codes that are said as they are: file types
BARE = {"attachment.limits"}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("complaint.promise.personal", "24 小时"),
        ("complaint.promise.corporate_complex", "5 个工作日"),
        ("complaint.legal_term", "未延期：15 天；情况复杂：30 天；情况特别复杂：60 天"),
        ("complaint.repeat_days", "90 天"),
        ("refresh.months", "个人：6 个月；企业：3 个月"),
        ("target.churn_rate", "3.0%"),
        ("import.rejected_share", "1%"),
        ("churn.lost", "已销户：是；AUM 低于：1,000.00 元；连续不活跃季度：2"),
        ("approval.stages", None),
        ("complaint.pause", "承诺答复：–；法定期限：–"),
    ],
)
def test_values_in_words(key: str, said: str | None) -> None:
    assert said is None or value_of(ENTRIES[key]) == said


@pytest.mark.parametrize("key", sorted(set(ENTRIES) - BARE))
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_no_rule_shows_a_code(key: str, locale: str) -> None:
    with use_locale(locale):
        said = value_of(ENTRIES[key])
    assert said and not re.search(r"[a-z]+_[a-z_]+|[{}\[\]]|True|False|None", said), said
    if locale == "zh_CN":
        assert not re.search(r"\b[a-z]{3,}\b", said), said
