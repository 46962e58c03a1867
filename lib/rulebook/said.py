"""What a rule says, in words: its value with unit and the names of its codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lib.rulebook.condition_words import in_words
from lib.rulebook.conditions import parse_condition
from lib.rulebook.entries import Entry
from lib.words import NOTHING, _, code_names, integer, money, name, number, percent, translate

#: families whose codes a rule's value speaks in, looked through in this order; the words of its form come first
_FAMILIES: dict[str, tuple[str, ...]] = {
    "complaint.legal_term": ("extension",),
    "complaint.channels": ("complaint_channel",),
    "complaint.businesses": ("complaint_business",),
    "complaint.reasons": ("complaint_reason",),
    "complaint.root_causes": ("root_cause",),
    "complaint.crisis_steps": ("crisis_step",),
    "complaint.stuck_days": ("case_state",),
    "complaint.pause": ("clock", "waiting_for"),
    "approval.stages": ("request_kind", "role"),
    "approval.customer_stages": ("request_kind", "role"),
    "approval.tier_stages": ("request_kind", "role"),
    "approval.rule_stages": ("request_kind", "role"),
    "rulebook.proposers": ("role",),
    "close.stops": ("close_check",),
    "case.kinds": ("case_kind", "clock"),
    "case.kind.churn": ("case_kind", "clock"),
    "case.kind.enquiry": ("case_kind", "clock"),
    "case.kind.breakpoint": ("case_kind", "clock"),
    "enquiry.moves": ("enquiry_state", "enquiry_field", "role"),
    "breakpoint.moves": ("breakpoint_state", "breakpoint_field", "role"),
    "enquiry.answer": ("customer_kind",),
    "breakpoint.tell": ("customer_kind",),
    "breakpoint.steps": ("breakpoint_step",),
    "finding.moves": ("finding_state", "finding_field", "role"),
    "quality.wait_minutes": ("time_kind",),
    "event.states": ("event_state",),
    "engagement.communities": ("tag_family",),
    "churn.moves": ("churn_state", "churn_field", "role"),
    "churn.offers": ("churn_offer",),
    "churn.lost_reasons": ("leaving_reason",),
    "refresh.months": ("customer_kind",),
    "refresh.fields": ("customer_kind", "record_field"),
    "visit.interval_days": ("tier",),
    "visit.catch_up_days": ("tier",),
    "visit.ahead_days": ("due_kind",),
    "visit.manner": ("tier", "visit_manner"),
    "service.standards": ("tier", "role", "service_standard", "standard_unit", "standard_measure"),
    "today.order": ("today_group",),
    "today.ahead_days": ("due_kind",),
    "care.birthday": ("tier",),
    "care.festivals": ("festival",),
    "care.festival": ("festival", "tier"),
    "care.maturity_days": ("tier",),
    "care.events": ("life_event",),
    "care.special": ("special_care",),
    "care.templates": ("message_occasion", "channel"),
    "care.channels": ("channel",),
    "steps.order": ("step",),
    "steps.ahead_days": ("step",),
    "risk.high_responses": ("rating_response",),
    "risk.response_steps": ("risk_response_step",),
    "rating.response": ("risk_rating", "rating_response"),
    "risk.personal": ("rating_fact", "risk_rating", "credit", "income_stability"),
    "risk.corporate": ("rating_fact", "risk_rating", "credit", "industry"),
    "value.potential": ("potential",),
    "gift.beyond_yearly": ("role",),
    "points.kinds": ("customer_kind",),
    "points.earning": ("point_code",),
    "points.assets": ("tier",),
    "points.quarterly_most": ("point_code",),
    "points.rewards": ("reward",),
    "points.undo_own": ("role",),
    "tier.personal": ("tier",),
    "tier.corporate": ("tier",),
    "customer.size_limits": ("industry",),
    "customer.age_bands": ("age_band",),
    "activity.initiated_kinds": ("txn_kind",),
    "value.contribution_bp": ("category",),
    "capacity.questionnaire": ("capacity_question", "risk_capacity"),
    "appraisal.manager": ("appraisal_kpi", "appraisal_group"),
    "appraisal.branch": ("appraisal_kpi", "appraisal_group"),
    "appraisal.grades": ("appraisal_grade",),
    "appraisal.moves": ("appraisal_state", "appraisal_field", "appraisal_part"),
    "needs.rules": ("need", "life_event", "category", "customer_kind"),
    "survey.questionnaires": ("survey_rule", "questionnaire", "survey_dimension"),
    "survey.fatigue": ("survey_rule",),
    "survey.open_days": ("survey_rule",),
    "survey.pulses": ("survey_rule", "survey_occasion", "survey_means"),
    "tier.score": ("score_fact", "risk_rating"),
    "churn.score": ("churn_fact",),
}
#: fields of a KPI's or tag's definition that speak in codes
_FIELD_FAMILIES = {
    "family": "tag_family",
    "kinds": "customer_kind",
    "group": "kpi_group",
    "unit": "unit",
    "owner": "role",
    "good": "kpi_good",
    "over_time": "kpi_over_time",
    "by": "kpi_level",
}
_OF_MOVES = ("case_state", "complaint_field")
_CURRENCY = re.compile("[A-Z]{3}")
_PLACE = re.compile(r"\{(\w+)\}")


def said_of(kind: str, entry: Entry, currency: str = "CNY") -> str:
    """What an entry of a rule, KPI or tag says, in words; money of conditions in minor units of `currency`."""
    if kind == "rule":
        return value_of(entry)
    if kind == "kpi":
        return translate(entry.value["formula"])
    kinds = _("、").join(name("customer_kind", code) for code in entry.value["kinds"])
    return _("{field}：{value}").format(field=kinds, value=condition_of(entry.value["when"], currency))


def condition_of(said: dict[str, Any], currency: str) -> str:
    """A condition as the rule keeps it, in words."""
    return in_words(parse_condition(said), {}, currency)


def value_of(entry: Entry) -> str:
    """The value of an entry of a rule in words."""
    said, unit = entry.value, entry.unit
    if isinstance(said, dict) and set(said) <= {"hours", "working_days"}:
        [(unit, said)] = said.items()
    if isinstance(said, int | float) and not isinstance(said, bool):
        return with_unit(said, unit, is_target=entry.key.startswith("target."))
    return _said(said, families_of(entry.key), unit if unit in _COUNTED else "")


def families_of(key: str) -> tuple[str, ...]:
    """The families of names that the codes in a rule's value belong to."""
    return ("rule_word", *_FAMILIES.get(key, _OF_MOVES if key.endswith(".moves") else ()))


def word_of(code: str, families: tuple[str, ...]) -> str:
    """What a code in a rule's value is called; one without a name is shown as it is."""
    return _word(code, families)


def fields_of(kind: str, key: str, unit: str, said: Any, currency: str) -> Iterator[tuple[str, str]]:
    """Each single thing an entry says, as the name of its place and its words."""
    if kind == "rule":
        if isinstance(said, dict | list):
            yield from _deep(said, families_of(key), unit if unit in _COUNTED else "", ())
        else:
            yield name("rule_field", "value"), value_of(Entry(key, "", unit, None, "", "", said, ""))
        return
    for field, value in said.items():
        yield name("rule_field", field), _definition(field, value, currency)


def _definition(field: str, value: Any, currency: str) -> str:
    """One field of the definition of a KPI or tag in words."""
    family = _FIELD_FAMILIES.get(field)
    if field == "when":
        return condition_of(value, currency)
    values = value if isinstance(value, list) else [value]
    return _("、").join(name(family, one) if family else translate(str(one)) for one in values) or NOTHING


def _deep(said: Any, families: tuple[str, ...], unit: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    place = " · ".join(path) or name("rule_field", "value")
    if isinstance(said, dict) and said and not _is_leaf(said, path):
        for key, one in said.items():
            if key != "code":  # an element is called by its code already
                yield from _deep(one, families, unit, (*path, _word(key, families)))
    elif isinstance(said, list) and any(isinstance(one, dict | list) for one in said):
        names = [_element(one, families, number) for number, one in enumerate(said, 1)]
        yield " · ".join((*path, _("次序"))), _("、").join(names)
        for called, one in zip(names, said, strict=True):
            yield from _deep(one, families, unit, (*path, called))
    else:
        yield place, in_words(parse_condition(said), {}, "CNY") if _is_condition(said) else _said(said, families, unit)


def _element(one: Any, families: tuple[str, ...], number_: int) -> str:
    """What an element of a list is called: its code, its ends, or its number."""
    if isinstance(one, dict) and ("code" in one or "fact" in one):
        return _word(one.get("code") or one["fact"], families)
    if isinstance(one, dict) and {"from", "to"} <= set(one) and isinstance(one["from"], str):
        return _ends(one, families)
    return integer(number_)


def _is_leaf(said: dict[str, Any], path: tuple[str, ...]) -> bool:
    """What is told in one piece: an amount, a condition, a few names within a larger table."""
    named = bool(path) and "code" not in said and all(isinstance(one, str) for one in said.values())
    return _is_money(said) or _is_condition(said) or named


def _is_money(said: dict[str, Any]) -> bool:
    return bool(said) and all(_CURRENCY.fullmatch(key) for key in said)


def _is_condition(said: Any) -> bool:
    return isinstance(said, dict) and (set(said) in ({"all"}, {"any"}) or set(said) == {"fact", "op", "value"})


_COUNTED = (
    "minutes", "hours", "days", "months", "years", "quarters", "characters", "basis_points", "points",
)  # fmt: skip


def with_unit(said: float, unit: str, *, is_target: bool = False) -> str:
    """A figure with its unit; targets of shares are parts of one, other percentages are written as they are read."""
    if unit == "percent":
        return percent(said) if is_target else _("{n}%").format(n=_figure(said))
    if unit not in code_names()["rule_unit"]:
        return _figure(said)
    return _("{n} {unit}").format(n=_figure(said), unit=name("rule_unit", unit))


def _said(said: Any, families: tuple[str, ...], unit: str) -> str:
    if isinstance(said, bool):
        return _("是") if said else _("否")
    if isinstance(said, int | float):
        return with_unit(said, unit) if unit else _figure(said)
    if isinstance(said, str):
        return _PLACE.sub(_place, _word(said, families))
    if isinstance(said, list):
        return _("、").join(_said(one, families, unit) for one in said) or NOTHING
    if _is_condition(said):
        return condition_of(said, "CNY")
    if {"fact", "weight", "steps"} <= set(said):
        return _factor(said, families)
    return _fields(said, families, unit)


def _place(found: re.Match[str]) -> str:
    """A place of a template by what stands there: 〔客户姓名或名称〕."""
    return _("〔{place}〕").format(place=name("message_placeholder", found[1]))


def _factor(said: dict[str, Any], families: tuple[str, ...]) -> str:
    """A factor of a score: `往来年限（权重 10）：不低于 10 得 100 分，…`."""
    steps = [
        _("{condition}得 {points} 分").format(condition=step_words(step, families), points=integer(step["points"]))
        for step in said["steps"]
    ]
    if said.get("unknown"):
        steps.append(_("不详得 {points} 分").format(points=integer(said["unknown"])))
    told = _("{fact}（权重 {weight}）：{steps}")
    fact = _word(said["fact"], families)
    return told.format(fact=fact, weight=integer(said["weight"]), steps=_("，").join(steps))


def step_words(step: dict[str, Any], families: tuple[str, ...]) -> str:
    """The condition of a step: `不低于 10`, `低于 3`, `是低`."""
    word = next(one for one in code_names()["score_step"] if one in step)
    value = step[word]
    if isinstance(value, dict):
        shown = _("、").join(money(amount, currency) for currency, amount in value.items())
    else:
        shown = _word(value, families) if isinstance(value, str) else integer(value)
    return _("{word} {value} ").format(word=name("score_step", word), value=shown)


def _fields(said: dict[str, Any], families: tuple[str, ...], unit: str) -> str:
    """A table of values; of one that describes a code only the code's name and what else it says."""
    if _is_money(said):
        return _("、").join(money(amount, currency) for currency, amount in said.items())
    if "code" in said:
        rest = {
            key: value
            for key, value in said.items()
            if key not in ("code", "name") and value is not False and value not in ("", [])
        }
        title = translate(said["name"]) if said.get("name") else _word(said["code"], families)
        if "parent" in rest:
            return _("{title}（属于{parent}）").format(title=title, parent=_word(rest["parent"], families))
        return _("{title}（{rest}）").format(title=title, rest=_fields(rest, families, unit)) if rest else title
    if {"from", "to"} <= set(said) and isinstance(said["from"], str):
        return _ends(said, families)
    return _("；").join(
        _("{field}：{value}").format(field=_word(key, families), value=_said(value, families, unit))
        for key, value in said.items()
    )


def _ends(said: dict[str, Any], families: tuple[str, ...]) -> str:
    ends = (_word(said["from"], families), _word(said["to"], families))
    return _("{before} → {after}").format(before=ends[0], after=ends[1])


def _word(code: str, families: tuple[str, ...]) -> str:
    known = code_names()
    family = next((one for one in families[1:] if code in known[one]), None)
    if family is None and code in known[families[0]]:
        family = families[0]
    return name(family, code) if family and code else translate(code) or NOTHING


def _figure(said: float) -> str:
    return integer(said) if isinstance(said, int) else number(said, 2)
