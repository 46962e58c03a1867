"""Conditions of tag rules in words, with the customer's own figure beside each where it is known."""

from __future__ import annotations

from collections.abc import Mapping

from lib.rulebook import AllOf, Comparison, Condition
from lib.rulebook.conditions import FACTS
from lib.words import _, integer, money, name, percent

_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": "=", "!=": "≠"}


def in_words(condition: Condition, facts: Mapping[str, int | None], currency: str) -> str:
    """`年龄（岁）≥ 60（现为 67）`; a fact that is not known is left out. Money in minor units of `currency`."""
    if isinstance(condition, Comparison):
        return _compared(condition, facts.get(condition.fact), currency)
    between = _(" 且 ") if isinstance(condition, AllOf) else _(" 或 ")
    return between.join(_part(part, facts, currency) for part in condition.parts)


def _part(part: Condition, facts: Mapping[str, int | None], currency: str) -> str:
    said = in_words(part, facts, currency)
    return said if isinstance(part, Comparison) else _("（{part}）").format(part=said)


def _compared(said: Comparison, known: int | None, currency: str) -> str:
    unit = FACTS[said.fact]
    line = _("{fact} {sign} {value}").format(
        fact=name("tag_fact", said.fact), sign=_SIGNS[said.op], value=_figure(said.value, unit, currency)
    )
    if known is None:
        return line
    return _("{line}（现为 {known}）").format(line=line, known=_figure(known, unit, currency))


def _figure(value: int, unit: str, currency: str) -> str:
    if unit == "money":
        return money(value, currency)
    return percent(value / 100, 0) if unit == "percent" else integer(value)
