"""Tag conditions as SQL say what the rulebook's own reading of them says, for every shipped tag."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import BigInteger, create_engine, func, literal, select

from lib.rulebook import FACTS, AllOf, AnyOf, Comparison, Condition, Rulebook, holds, shipped_rows
from lib.tags.rules import compiled, used

TAGS = Rulebook(shipped_rows()).tags(date(2026, 11, 22))
ENGINE = create_engine("sqlite://")


def in_sql(condition: Condition, facts: dict[str, Any]) -> bool:
    columns = {fact: literal(facts.get(fact), BigInteger) for fact in FACTS}
    with ENGINE.connect() as link:
        return bool(link.scalar(select(func.coalesce(compiled(condition, columns), False))))


@pytest.mark.parametrize("tag", TAGS, ids=lambda tag: tag.key)
@given(data=some.data())
def test_every_shipped_tag_is_the_same_in_sql(tag: Any, data: Any) -> None:
    limits = sorted({c.value for c in comparisons(tag.condition)})
    near = some.sampled_from([value + step for value in limits for step in (-1, 0, 1)])
    facts = {fact: data.draw(near | some.none(), label=fact) for fact in used(tag.condition)}
    known = {fact: value for fact, value in facts.items() if value is not None}
    assert in_sql(tag.condition, known) == holds(tag.condition, known)


@pytest.mark.parametrize("op", [">=", ">", "<=", "<", "==", "!="])
@pytest.mark.parametrize("value", [4, 5, 6])
def test_each_comparison_at_its_edge(op: str, value: int) -> None:
    condition = Comparison("age", op, 5)
    assert in_sql(condition, {"age": value}) == holds(condition, {"age": value})


def test_an_unknown_fact_satisfies_nothing() -> None:
    for condition in (Comparison("age", "!=", 5), AnyOf((Comparison("age", "<", 5), Comparison("age", ">=", 5)))):
        assert not in_sql(condition, {})


def test_the_facts_of_a_condition_are_all_named() -> None:
    condition = AllOf((Comparison("age", ">", 1), AnyOf((Comparison("aum_fen", ">", 1), Comparison("age", "<", 9)))))
    assert used(condition) == {"age", "aum_fen"}


def comparisons(condition: Condition) -> list[Comparison]:
    if isinstance(condition, Comparison):
        return [condition]
    return [found for part in condition.parts for found in comparisons(part)]
