"""What the rules of surveys must hold beyond their shape: what can be asked, and after what business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lib.words import _, codes, name

#: what a questionnaire must ask, and what a pulse may be asked after
_OVERALL, _PULSES, _ALL = "overall", ("complaint", "visit", "branch"), 100


def questionnaires(former: Any, value: Any) -> Iterator[str]:
    """Every questionnaire asks known things, each once, and overall satisfaction; none that pulses use is dropped."""
    for one in value:
        asks = [question["ask"] for question in one["questions"]]
        called = name("questionnaire", one["code"])
        for ask in asks:
            if ask not in codes("survey_dimension"):
                yield _("{what}“{code}”不在已知的清单里。").format(what=called, code=ask)
        if len(set(asks)) < len(asks) or _OVERALL not in asks:
            yield _("{questionnaire}：须问总体满意度，每一项只问一次。").format(questionnaire=called)
    kept = {one["code"] for one in value}
    for one in former:
        if one["code"] not in kept:
            yield _("{questionnaire}：正在使用，不能删去。").format(questionnaire=name("questionnaire", one["code"]))


def pulses(_former: Any, value: Any) -> Iterator[str]:
    """A pulse is asked after known business by a known way, of some share of the customers, within some days."""
    for one in value:
        if one["code"] not in _PULSES:
            yield _("{what}“{code}”不在已知的清单里。").format(what=name("survey_rule", "pulse"), code=one["code"])
        if one["channel"] not in codes("survey_means"):
            yield _("{what}“{code}”不在已知的清单里。").format(what=name("survey_rule", "channel"), code=one["channel"])
        if not 1 <= one["share"] <= _ALL or one["within_days"] < 1:
            yield _("比例须在 1 与 100 之间，天数至少为 1。")
