"""What single rules must hold beyond their shape: lines that descend, posts that exist, steps that are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from lib.rulebook import Rulebook
from lib.rulebook.conditions import FACTS
from lib.rulebook.kpis import GROUPS, LEVELS, TIMES, UNITS
from lib.rulebook.shape import numbers
from lib.words import _, code_names, codes, name
from lib.work import advice_checks, appraisal_checks, filetype, scorecard, survey_checks
from lib.work.moves import CAPABILITIES, NEEDS, STATES

Check = Callable[[Any, Any], Iterator[str]]
#: the channels a message leaves by, as the outbox knows them
MESSAGE_CHANNELS = ("sms", "email", "wechat", "app")
_LONGEST_TEMPLATE, _LONGEST_CODE, _LONGEST_TEXT, _HOURS, _OF_EVERY_YEAR = 500, 40, 2000, 24, 5


def rule_problems(key: str, unit: str, former: Any, value: Any) -> list[str]:
    """What is wrong with a rule's new value of the right shape, as sentences; `former` is the one it replaces."""
    found = list(_of_unit(key, unit, value))
    if isinstance(value, list):
        found += _once(value)
    check = _CHECKS.get(key) or next((one for end, one in _BY_END.items() if key.endswith(end)), None)
    return [*found, *(check(former, value) if check is not None and not found else ())]


def kpi_problems(definition: dict[str, Any], book: Rulebook) -> list[str]:
    """What is wrong with the definition of a KPI of the right shape: words outside the catalogue's lists.

    Its measures must be ones that the catalogue counts already.
    """
    known = {one for key in book.keys("kpi") for entry in book.history("kpi", key)
             for part in _MEASURES if (one := entry.value.get(part))}  # fmt: skip
    found = [_("“{code}”不是已有的计量项。").format(code=code) for part in _MEASURES
             if (code := definition.get(part, "")) and code not in known]  # fmt: skip
    allowed = {"unit": UNITS, "group": GROUPS, "good": ("up", "down"), "over_time": ("sum", "last"),
               "owner": codes("role")}  # fmt: skip
    for field, values in allowed.items():
        if definition.get(field, values[0]) not in values:
            found.append(_unknown(name("rule_field", field), definition[field]))
    found += [_unknown(name("rule_field", "by"), one) for one in definition.get("by", ()) if one not in LEVELS]
    if type(definition.get("scale", 1)) is not int or definition.get("scale", 1) < 1:
        found.append(_("倍数须为正整数。"))
    if definition.get("percentile", 50) not in range(1, 100):
        found.append(_("分位须为 1 至 99。"))
    if ("percentile" in definition) != (definition.get("numerator", "") in TIMES):
        found.append(_("分位数只能取自等候、办理等时间，其他指标不能。"))
    return found


_MEASURES = ("numerator", "less", "denominator")


def _of_unit(key: str, unit: str, value: Any) -> Iterator[str]:
    """Shares lie between nothing and all of it: targets are parts of one, other percentages of a hundred."""
    if unit == "percent":
        most = 1 if key.startswith("target.") else 100
        if any(not 0 <= one <= most for __, one in numbers(value)):
            yield _("百分比须在 0% 与 100% 之间。")


def _once(value: list[Any]) -> Iterator[str]:
    coded = [one.get("code") for one in value if isinstance(one, dict)]
    said = [one for one in (coded or value) if isinstance(one, str)]
    for code in dict.fromkeys(one for one in said if said.count(one) > 1):
        yield _("“{code}”出现了两次。").format(code=code)


def _tiers(former: Any, value: Any) -> Iterator[str]:
    """The same tiers from the highest down; every line but the last one's, strictly falling, in each currency."""
    tiers = value["tiers"]
    if [one["code"] for one in tiers] != [one["code"] for one in former["tiers"]]:
        yield _("层级及其次序须与现行口径一致：增减层级须由产品升级。")
        return
    if value["measure"] not in FACTS:
        yield _unknown(_("依据指标"), value["measure"])
    if "line" in tiers[-1] or any("line" not in one for one in tiers[:-1]):
        yield _("除最低一层外，每一层都要有线；最低一层没有线。")
        return
    for currency in tiers[0]["line"]:
        lines = [one["line"].get(currency) for one in tiers[:-1]]
        if None in lines or any(low >= high for high, low in pairwise(lines)) or lines[-1] <= 0:
            yield _("层级线须自上而下逐层降低，且大于零（{currency}）。").format(currency=currency)


def _bands(_former: Any, value: Any) -> Iterator[str]:
    limits = [one.get("below") for one in value]
    if None in limits[:-1] or limits[-1] is not None or any(low >= high for low, high in pairwise(limits[:-1])):
        yield _("年龄段须由小到大，只有最后一段没有上限。")


def _sizes(_former: Any, value: Any) -> Iterator[str]:
    for industry, limits in value["limits"].items():
        for limit in limits.values():
            if len(limit) != 3 or any(low >= high for high, low in pairwise(limit)):
                yield _("{industry}：大、中、小型的下限须逐级降低，各三个。").format(
                    industry=name("industry", industry)
                )


def _stages(_former: Any, value: Any) -> Iterator[str]:
    for kind, posts in value.items():
        if not posts or len(set(posts)) < len(posts):
            yield _("{kind}：至少一个审批岗位，且不得重复。").format(kind=name("request_kind", kind))
        yield from _posts(posts)


def _rule_stages(former: Any, value: Any) -> Iterator[str]:
    yield from _stages(former, value)
    if len(value["rule_change"]) < 2:
        yield _("口径修改须经内部审核与法律审核两个岗位（制度 §八）。")


def _proposers(_former: Any, value: Any) -> Iterator[str]:
    yield from _posts(value)
    if not any("all" in starts for starts in value.values()):
        yield _("至少一个岗位须能提出全部口径的修改。")


def _posts(posts: Any) -> Iterator[str]:
    for post in posts:
        if post not in codes("role"):
            yield _unknown(_("岗位"), post)


def _moves(_former: Any, value: Any) -> Iterator[str]:
    yield from _steps(value, STATES, NEEDS)


def _moves_of(kind: str) -> Check:
    """A kind with states and fields of its own."""

    def check(_former: Any, value: Any) -> Iterator[str]:
        yield from _steps(value, codes(f"{kind}_state"), codes(f"{kind}_field"))

    return check


def _steps(value: Any, states: Collection[str], needs: Collection[str]) -> Iterator[str]:
    for move in value:
        for said, known in (([move["from"], move["to"]], states), (move["who"], CAPABILITIES), (move["needs"], needs)):
            for code in said:
                if code not in known:
                    yield _unknown(_("步骤"), code)


def _file_types(_former: Any, value: Any) -> Iterator[str]:
    for one in value["types"]:
        if one not in filetype.MEDIA_TYPES:
            yield _unknown(_("文件类型"), one)


def _among(family: str) -> Check:
    def check(_former: Any, value: Any) -> Iterator[str]:
        for code in value:
            if code not in code_names()[family]:
                yield _unknown(name("rule_field", "value"), code)

    return check


def _values_among(family: str) -> Check:
    """Every value of a table is a code of the family."""

    def check(_former: Any, value: Any) -> Iterator[str]:
        for code in value.values():
            if code not in code_names()[family]:
                yield _unknown(name("rule_field", "value"), code)

    return check


def _standards(_former: Any, value: Any) -> Iterator[str]:
    """Known tiers, posts, units and measures; each standard has a tier."""
    known = {"who": codes("role"), "unit": codes("standard_unit"), "measured": codes("standard_measure")}
    for one in value:
        for field, allowed in known.items():
            if one[field] not in allowed:
                yield _unknown(name("rule_word", field), one[field])
        for tier in one["tiers"]:
            if tier not in codes("tier"):
                yield _unknown(name("rule_word", "tier"), tier)
        if not one["tiers"]:
            yield _("“{code}”：至少一个层级。").format(code=name("service_standard", one["code"]))


def _form(_former: Any, value: Any) -> Iterator[str]:
    """A form of a service check: every item is worth something."""
    for one in value:
        if one["full"] < 1:
            yield _("“{code}”：满分至少为 1。").format(code=one["name"])


def _at_least_one(_former: Any, value: Any) -> Iterator[str]:
    if any(one < 1 for __, one in numbers(value)):
        yield _("每个数字至少为 1。")


def _scorecard(key: str) -> Check:
    def check(_former: Any, value: Any) -> Iterator[str]:
        yield from scorecard.problems(value, scorecard.FACTS[key])

    return check


def _rising(first: str, then: str) -> Check:
    def check(_former: Any, value: Any) -> Iterator[str]:
        if value[first] > value[then]:
            yield _("下限不能高于上限。")

    return check


def _kind(former: Any, value: Any) -> Iterator[str]:
    """What the programs know a kind by stays; its letter is the bank's."""
    if any(value.get(one) != former.get(one) for one in ("code", "promise")):
        yield _("事项种类及其时限口径由产品确定，只能改编号首字母。")


def _legal_term(_former: Any, value: Any) -> Iterator[str]:
    if not 0 < value["none"] <= value["complex"] <= value["specially_complex"]:
        yield _("延长后的期限不能短于延长前。")


def _templates(_former: Any, value: Any) -> Iterator[str]:
    """Occasions and channels that are known, places that a fact fills, texts; one template an occasion at least."""
    for one in value:
        if one["occasion"] not in codes("message_occasion"):
            yield _unknown(name("rule_word", "occasion"), one["occasion"])
        yield from _channels(one["channels"])
        left = one["text"]
        for place in re.findall(r"\{([^{}]*)\}", left):
            left = left.replace(f"{{{place}}}", "")
            if place not in codes("message_placeholder"):
                yield _unknown(_("占位"), place)
        if "{" in left or "}" in left:
            yield _("“{code}”的花括号不成对。").format(code=one["code"])
        if len(one["text"]) > _LONGEST_TEMPLATE:
            yield _("“{code}”的文字最多 {n} 字。").format(code=one["code"], n=_LONGEST_TEMPLATE)
        if len(one["code"]) > _LONGEST_CODE:
            yield _("代码“{code}”最多 {n} 字。").format(code=one["code"], n=_LONGEST_CODE)


def _channels(said: Any) -> Iterator[str]:
    for channel in said:
        if channel not in MESSAGE_CHANNELS:
            yield _unknown(_("渠道"), channel)


def _message_channels(_former: Any, value: Any) -> Iterator[str]:
    yield from _channels([*value["order"], *value["as_said"].values()])
    if len(set(value["order"])) < len(value["order"]):
        yield _("渠道次序中有重复。")
    if value["sms_part"] < 1 or any(not 1 <= one <= _LONGEST_TEXT for one in value["longest"].values()):
        yield _("字数须在 1 与 {n} 之间。").format(n=_LONGEST_TEXT)


def _quiet(_former: Any, value: Any) -> Iterator[str]:
    """Hours of one day; days as 12-13 (every year) or 2026-12-13."""
    if not 0 <= value["from_hour"] < value["until_hour"] <= _HOURS:
        yield _("时段须在 0 与 24 时之间，且起早于止。")
    for day in value["days"]:
        try:
            date.fromisoformat(day if len(day) > _OF_EVERY_YEAR else f"2024-{day}")
        except ValueError:
            yield _("“{day}”不是日期：写作 12-13（每年）或 2026-12-13。").format(day=day)


def _unknown(what: str, code: object) -> str:
    return _("{what}“{code}”不在已知的清单里。").format(what=what, code=code)


_CHECKS: dict[str, Check] = {
    "tier.personal": _tiers,
    "tier.corporate": _tiers,
    "customer.age_bands": _bands,
    "customer.size_limits": _sizes,
    "approval.rule_stages": _rule_stages,
    "rulebook.proposers": _proposers,
    "attachment.limits": _file_types,
    "activity.initiated_kinds": _among("txn_kind"),
    "gift.beyond_yearly": _among("role"),
    "signin.limits": _at_least_one,
    "visit.interval_days": _at_least_one,
    "visit.manner": _values_among("visit_manner"),
    "service.standards": _standards,
    "finding.moves": _moves_of("finding"),
    "quality.form.mystery": _form,
    "quality.form.internal": _form,
    "quality.form.self": _form,
    "quality.wait_minutes": _at_least_one,
    "refresh.months": _at_least_one,
    "transfer.most": _at_least_one,
    "survey.satisfied": _rising("from", "to"),
    "survey.recommend": _rising("detractor_to", "promoter_from"),
    "survey.questionnaires": survey_checks.questionnaires,
    "survey.pulses": survey_checks.pulses,
    "survey.fatigue": _at_least_one,
    "survey.open_days": _at_least_one,
    "survey.most": _at_least_one,
    "calendar.holidays": _rising("least", "most"),
    "complaint.legal_term": _legal_term,
    "churn.moves": _moves_of("churn"),
    "enquiry.moves": _moves_of("enquiry"),
    "breakpoint.moves": _moves_of("breakpoint"),
    "case.kind.enquiry": _kind,
    "case.kind.breakpoint": _kind,
    "enquiry.answer": _at_least_one,
    "breakpoint.tell": _at_least_one,
    "special.suggest_age": _at_least_one,
    "capacity.questionnaire": advice_checks.questionnaire,
    "capacity.limits": _at_least_one,
    "needs.rules": advice_checks.needs,
    "care.templates": _templates,
    "care.channels": _message_channels,
    "care.quiet": _quiet,
    "care.least_gap_days": _at_least_one,
    "care.campaign_most": _at_least_one,
    "appraisal.manager": appraisal_checks.scheme,
    "appraisal.branch": appraisal_checks.scheme,
    "appraisal.points": appraisal_checks.points,
    "appraisal.grades": appraisal_checks.grades,
    "appraisal.moves": appraisal_checks.moves,
    "appraisal.peers_least": _at_least_one,
    "appraisal.days": _at_least_one,
    **{key: _scorecard(key) for key in scorecard.FACTS},
}
_BY_END: dict[str, Check] = {".moves": _moves, "stages": _stages}
