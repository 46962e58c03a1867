"""Worked examples in words: what is given and what comes of it, with the names of codes, amounts and moments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from lib.rulebook.conditions import FACTS
from lib.words import NOTHING, _, code_names, day, integer, money, name

_FAMILIES = ("tier", "customer_kind", "extension", "case_state", "size_class", "age_band", "tier_change", "industry",
             "risk_rating", "credit", "income_stability", "need", "risk_capacity", "rule_word",
             "event_state", "referral_state")  # fmt: skip
_FIELDS = ("example_field", "score_fact", "churn_fact", "rating_fact", "capacity_question", "life_event")
_AMOUNTS = ("amount", "missing")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def given_words(given: Mapping[str, Any], currency: str) -> str:
    """`年龄（岁）：50；投资：0.00 元`; amounts in minor units of the example's own currency or else of `currency`."""
    money_of = str(given.get("currency", currency))
    said = [_part(key, value, money_of) for key, value in given.items() if key != "currency"]
    return _("；").join(said) or _("什么都不知道")


def result_words(said: Any, currency: str) -> str:
    """What comes of an example: `符合`, `贵宾`, or several parts."""
    if isinstance(said, bool):
        return _("符合") if said else _("不符合")
    if isinstance(said, Mapping):
        return _("；").join(_part(key, value, currency) for key, value in said.items())
    return _value("", said, currency)


def _part(key: str, value: Any, currency: str) -> str:
    named = code_names()
    family = "tag_fact" if key in FACTS else next((one for one in _FIELDS if key in named[one]), "example_field")
    return _("{field}：{value}").format(field=name(family, key), value=_value(key, value, currency))


def _value(key: str, value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int):
        return money(value, currency) if key in _AMOUNTS or FACTS.get(key) == "money" else integer(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list):
        return _("、").join(_value(key, one, currency) for one in value) or NOTHING
    text = NOTHING if value is None else str(value)
    if _MOMENT.fullmatch(text):
        return f"{day(date.fromisoformat(text[:10]))} {text[11:]}"
    family = next((one for one in _FAMILIES if text in code_names()[one]), None)
    return name(family, text) if family else text
