"""What rules of appraisal must hold beyond their shape: weights of a hundred, lines that run one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from lib.words import _, codes, name

_HUNDRED = 100


def scheme(_former: Any, value: Any) -> Iterator[str]:
    """Weights add up to a hundred; each scoring line runs one way; groups are known."""
    if sum(one["weight"] for one in value) != _HUNDRED:
        yield _("权重合计须为 100。")
    for one in value:
        called = name("appraisal_kpi", one["code"])
        if one["weight"] <= 0:
            yield _("“{code}”的权重须大于零。").format(code=called)
        if one["group"] not in codes("appraisal_group"):
            yield _("“{code}”的方面不在已知的清单里。").format(code=called)
        if not all(_one_way(line) for line in _lines(one)):
            yield _("“{code}”的底线、目标与满分线须依次升高或依次降低。").format(code=called)


def points(_former: Any, value: Any) -> Iterator[str]:
    """The better line is worth more, the best a hundred."""
    if not 0 <= value["floor"] < value["target"] < value["ceiling"] == _HUNDRED:
        yield _("底线、目标、满分线的分数须依次升高，满分为 100。")


def grades(former: Any, value: Any) -> Iterator[str]:
    """The known grades from the highest; the last one from nothing."""
    if [one["code"] for one in value] != [one["code"] for one in former]:
        yield _("考核等级及其次序须与现行口径一致。")
        return
    lines = [one["from"] for one in value]
    if any(low >= high for high, low in pairwise(lines)) or lines[-1] != 0 or lines[0] > _HUNDRED:
        yield _("等级的分数须自上而下降低，最低一级从 0 分起。")


def moves(former: Any, value: Any) -> Iterator[str]:
    """The steps are what the programs know; the bank may only ask for more to be written."""
    if [(one["from"], one["to"], one["who"]) for one in value] != [(m["from"], m["to"], m["who"]) for m in former]:
        yield _("考核单的步骤与办理人由产品确定，只能改须填写的内容。")
    for one in value:
        for need in one["needs"]:
            if need not in codes("appraisal_field"):
                yield _("“{code}”不在已知的清单里。").format(code=need)


def _lines(one: Mapping[str, Any]) -> Iterator[tuple[float, float, float]]:
    """The scoring line, or that of each currency; of a currency that is not in all three nothing can be said."""
    ends = [one[at] for at in ("floor", "target", "ceiling")]
    if not any(isinstance(end, Mapping) for end in ends):
        yield ends[0], ends[1], ends[2]
        return
    if not all(isinstance(end, Mapping) for end in ends) or len({frozenset(end) for end in ends}) > 1:
        yield 0, 0, 0
        return
    for currency in ends[0]:
        yield ends[0][currency], ends[1][currency], ends[2][currency]


def _one_way(line: tuple[float, float, float]) -> bool:
    floor, target, ceiling = line
    return floor < target < ceiling or floor > target > ceiling
