"""Conditions of tag rules in words."""

from __future__ import annotations

import pytest

from lib.rulebook import Rulebook, shipped_rows
from lib.rulebook.condition_words import in_words
from lib.rulebook.conditions import FACTS, parse_condition
from lib.settings import today
from lib.words import codes, use_locale

AGE = {"fact": "age", "op": ">=", "value": 22}
RICH = {"fact": "aum_fen", "op": ">", "value": 50_000_000}
APP = {"fact": "channel_share.app", "op": "<=", "value": 60}


@pytest.mark.parametrize(
    ("said", "facts", "words"),
    [
        (AGE, {}, "年龄（岁） ≥ 22"),
        (AGE, {"age": None}, "年龄（岁） ≥ 22"),
        (AGE, {"age": 67, "aum_fen": 1}, "年龄（岁） ≥ 22（现为 67）"),
        (RICH, {"aum_fen": 60_000_000}, "月日均 AUM > 50 万元（现为 60 万元）"),
        (APP, {"channel_share.app": 0}, "近四季联系中手机银行占比 ≤ 60%（现为 0%）"),
        ({"all": [AGE, RICH]}, {}, "年龄（岁） ≥ 22 且 月日均 AUM > 50 万元"),
        ({"any": [AGE, {"all": [RICH, APP]}]}, {},
         "年龄（岁） ≥ 22 或 （月日均 AUM > 50 万元 且 近四季联系中手机银行占比 ≤ 60%）"),
    ],
)  # fmt: skip
def test_in_words(said: dict, facts: dict, words: str) -> None:
    assert in_words(parse_condition(said), facts, "CNY") == words


def test_every_fact_has_a_name_and_every_shipped_rule_its_words() -> None:
    assert set(codes("tag_fact")) == set(FACTS)
    for tag in Rulebook(shipped_rows()).tags(today()):
        for locale in ("zh_CN", "en"):
            with use_locale(locale):
                said = in_words(tag.condition, {}, "CNY")
            assert said and "_" not in said, tag.key
