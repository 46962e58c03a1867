"""Conditions: the closed list, and that an unknown fact never holds."""

import pytest

from lib.rulebook import FACTS, AllOf, Comparison, holds, parse_condition
from lib.rulebook.conditions import OPERATORS, ConditionError

OLD = {"fact": "age", "op": ">=", "value": 60}
RICH = {"fact": "aum_fen", "op": ">", "value": 100}


def test_all_and_any() -> None:
    both, either = parse_condition({"all": [OLD, RICH]}), parse_condition({"any": [OLD, RICH]})
    assert both == AllOf((Comparison("age", ">=", 60), Comparison("aum_fen", ">", 100)))
    assert holds(both, {"age": 60, "aum_fen": 101})
    assert not holds(both, {"age": 60, "aum_fen": 100})
    assert holds(either, {"age": 60, "aum_fen": 100})
    assert not holds(either, {"age": 59, "aum_fen": 100})


@pytest.mark.parametrize("op", sorted(OPERATORS))
def test_an_unknown_fact_never_holds(op: str) -> None:
    condition = parse_condition({"fact": "age", "op": op, "value": 0})
    assert not holds(condition, {})
    assert not holds(condition, {"age": None})


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"all": []},
        {"fact": "age", "op": ">="},
        {"fact": "salary", "op": ">=", "value": 1},
        {"fact": "age", "op": "~", "value": 1},
        {"fact": "age", "op": ">=", "value": "60"},
        {"fact": "age", "op": ">=", "value": True},
        {"all": [OLD], "any": [RICH]},
        {"all": [{"fact": "age", "op": "in", "value": 1}]},
    ],
)
def test_anything_else_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ConditionError):
        parse_condition(said)


def test_facts_have_units() -> None:
    assert {unit for unit in FACTS.values()} == {"years", "money", "count", "percent"}
