"""Tag rules compiled to SQL: the closed list of comparisons over the facts of a quarter (方案 §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from lib.rulebook import AllOf, Comparison, Condition
from lib.rulebook.conditions import OPERATORS


def compiled(condition: Condition, facts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """The condition over fact columns; a fact that is NULL satisfies nothing. KeyError for a fact not given."""
    if isinstance(condition, Comparison):
        compared: Any = OPERATORS[condition.op](facts[condition.fact], condition.value)
        return compared  # over a column the comparison is an expression, not an answer
    parts = [compiled(part, facts) for part in condition.parts]
    return and_(*parts) if isinstance(condition, AllOf) else or_(*parts)


def used(condition: Condition) -> frozenset[str]:
    """The facts a condition looks at."""
    if isinstance(condition, Comparison):
        return frozenset({condition.fact})
    return frozenset().union(*(used(part) for part in condition.parts))
