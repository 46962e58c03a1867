"""What the rules of advice must hold beyond their shape: the risk questionnaire, and the needs predicted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lib.words import _, codes, name

#: fields of a need that speak in codes of a family
_OF_NEEDS = {"kinds": "customer_kind", "events": "life_event", "categories": "category"}


def questionnaire(_former: Any, value: Any) -> Iterator[str]:
    """Levels rise from no points, each can be reached, and what caps a level, or asks an age, exists."""
    options = {one["code"]: [option["code"] for option in one["options"]] for one in value["questions"]}
    bands, starts = [one["code"] for one in value["bands"]], [one["from"] for one in value["bands"]]
    if tuple(bands) != codes("risk_capacity") or starts[0] != 0 or any(low >= high for low, high in pairwise(starts)):
        yield _("等级须为 C1 至 C5，自 0 分起逐级升高。")
    elif sum(max(option["points"] for option in one["options"]) for one in value["questions"]) < starts[-1]:
        yield _("全部题目的最高分达不到最高一级。")
    for code, known in options.items():
        if len(known) < 2 or len(set(known)) < len(known):
            yield _("{question}：至少两个选项，代码不得重复。").format(question=name("capacity_question", code))
    for cap in value["caps"]:
        if cap["option"] not in options.get(cap["question"], ()) or cap["most"] not in bands:
            yield _strange(_("上限"), f"{cap['question']} {cap['option']}")
    if [one["option"] for one in value["ages"]] != options.get("own_age", []):
        yield _("年龄选项须与年龄题的选项逐个对应。")


def needs(_former: Any, value: Any) -> Iterator[str]:
    """Needs look at what one customer's record says: of shares of contacts it says nothing."""
    for one in value:
        for field, family in _OF_NEEDS.items():
            for code in one[field]:
                if code not in codes(family):
                    yield _strange(name("rule_word", field), code)
        if "channel_share" in str(one["when"]):
            yield _("预判需求的条件不看联系渠道占比。")


def _strange(what: str, code: object) -> str:
    return _("{what}“{code}”不在已知的清单里。").format(what=what, code=code)
