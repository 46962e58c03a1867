"""Conditions of tag rules: a closed list of comparisons over named facts, joined by all and any."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}

# Fact of one customer in one quarter → its unit. `channel_share.X`: X's share of contacts, 0–100.
FACTS = {
    "age": "years",
    "years_with_bank": "years",
    "aum_fen": "money",
    "deposits_fen": "money",
    "investments_fen": "money",
    "loans_fen": "money",
    "txn_count": "count",
    "initiated_count": "count",
    "in_fen": "money",
    "out_fen": "money",
    "categories": "count",
    "contacts": "count",
    "complaints_open": "count",
    "channel_share.app": "percent",
    "channel_share.branch": "percent",
    "channel_share.phone": "percent",
    "channel_share.wechat": "percent",
}


class ConditionError(ValueError):
    """A condition that says something outside the closed list."""


@dataclass(frozen=True)
class Comparison:
    """One fact compared with a whole number in the fact's unit."""

    fact: str
    op: str
    value: int


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Comparison | AllOf | AnyOf


def parse_condition(said: Mapping[str, Any]) -> Condition:
    """Read `{fact, op, value}`, `{all = […]}` or `{any = […]}`; anything else raises ConditionError."""
    keys = set(said)
    if keys == {"all"} and said["all"]:
        return AllOf(tuple(parse_condition(part) for part in said["all"]))
    if keys == {"any"} and said["any"]:
        return AnyOf(tuple(parse_condition(part) for part in said["any"]))
    if keys != {"fact", "op", "value"}:
        raise ConditionError(f"a condition is fact, op, value or all or any, not {sorted(keys)}")
    if said["fact"] not in FACTS or said["op"] not in OPERATORS:
        raise ConditionError(f"unknown fact or comparison: {said['fact']} {said['op']}")
    if type(said["value"]) is not int:
        raise ConditionError(f"{said['fact']} is compared with a whole number, not {said['value']!r}")
    return Comparison(said["fact"], said["op"], said["value"])


def holds(condition: Condition, facts: Mapping[str, int | None]) -> bool:
    """Whether the facts meet the condition; a comparison with an unknown fact never holds."""
    if isinstance(condition, AllOf):
        return all(holds(part, facts) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, facts) for part in condition.parts)
    known = facts.get(condition.fact)
    return known is not None and OPERATORS[condition.op](known, condition.value)
