"""Tag rules compiled to SQL: the closed list of comparisons over the facts of a quarter (方案 §2.2)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from lib.rulebook import AllOf, Comparison, Condition

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


def compiled(condition: Condition, facts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """The condition over fact columns; a fact that is NULL satisfies nothing. KeyError for a fact not given."""
    if isinstance(condition, Comparison):
        return _OPERATORS[condition.op](facts[condition.fact], condition.value)
    parts = [compiled(part, facts) for part in condition.parts]
    return and_(*parts) if isinstance(condition, AllOf) else or_(*parts)


def used(condition: Condition) -> frozenset[str]:
    """The facts a condition looks at."""
    if isinstance(condition, Comparison):
        return frozenset({condition.fact})
    return frozenset().union(*(used(part) for part in condition.parts))
