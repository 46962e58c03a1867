"""The shape of a rule's value: what may take the place of what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Rulebook, shipped_rows
from lib.rulebook.shape import leaves, shape_problems

BOOK = Rulebook(shipped_rows())
LINES = {"tiers": [{"code": "a", "line": {"CNY": 5}}, {"code": "b"}]}
WHEN = {"reasons": [{"code": "quiet", "when": {"fact": "age", "op": ">=", "value": 1}}]}


@pytest.mark.parametrize("key", BOOK.keys("rule"))
def test_every_shipped_value_has_its_own_shape(key: str) -> None:
    for entry in BOOK.history("rule", key):
        assert shape_problems(entry.value, entry.value) == []


@pytest.mark.parametrize(
    ("former", "value", "said"),
    [
        (1, 2, ""),
        (1, 2.0, ""),
        (1, 2.5, "应为整数"),
        (1.5, 2, ""),
        (1, -1, "不能小于零"),
        (-5, -1, ""),
        (1, True, "应为是或否"),
        (True, 1, "应为是或否"),
        (1, "1", "应为数字"),
        (1, float("nan"), "应为整数"),
        (1.0, float("nan"), "数字过大"),
        (1, 10**16, "数字过大"),
        ("x", "", "应为文字"),
        ("", "", ""),
        ("x", 3, "应为文字"),
        ({"a": 1}, {"a": 2}, ""),
        ({"a": 1}, {}, "缺少“a”"),
        ({"a": 1}, {"a": 1, "b": 2}, "多出“b”"),
        ({"a": 1}, [1], "应为一组"),
        ([1, 2], [3, 4, 5], ""),
        ([1], [], "不能为空"),
        ([], ["x"], ""),
        ([1], ["x"], "应为数字"),
        ([{"code": "a", "n": 1}, {"code": "b"}], [{"code": "c"}], ""),
        ([{"code": "a", "n": 1}], [{"code": "c"}], "缺少“n”"),
        ([{"code": "a"}], [{"code": "c", "m": 1}], "多出“m”"),
        ([{"code": "a"}], ["c"], "应为一组"),
        (LINES, {"tiers": [{"code": "a", "line": {"CNY": 9}}, {"code": "b"}]}, ""),
        (LINES, {"tiers": [{"code": "a", "line": {"USD": 9}}, {"code": "b"}]}, "缺少“CNY”"),
        ({"weights": {"a": 1, "b": 2}}, {"weights": {"a": 0, "b": 0}}, "至少一项权重"),
        ({"weights": {"a": -1, "b": 2}}, {"weights": {"a": -1, "b": 2}}, "权重不能小于零"),
        (WHEN, {"reasons": [{"code": "quiet", "when": {"fact": "shoe", "op": ">=", "value": 1}}]}, "条件只能"),
        (WHEN, {"reasons": [{"code": "quiet", "when": "nonsense"}]}, "条件只能"),
        (WHEN, {"reasons": [{"code": "quiet", "when": {"all": [{"fact": "age", "op": "<", "value": 9}]}}]}, ""),
    ],
)
def test_what_may_take_the_place_of_what(former: Any, value: Any, said: str) -> None:
    found = shape_problems(former, value)
    assert bool(found) is bool(said) and said in "".join(found), found


def test_a_problem_names_its_place() -> None:
    wrong = {"tiers": [{"code": "a", "line": {"CNY": "9"}}, {"code": "b"}]}
    assert shape_problems(LINES, wrong) == ["“tiers / a / line / CNY”：应为数字。"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ab", "code", "when", "weights"]), inner)
    ),
    max_leaves=8,
)


@given(former=ANYTHING, value=ANYTHING)
def test_no_value_breaks_the_check(former: Any, value: Any) -> None:
    assert isinstance(shape_problems(former, value), list)


def test_leaves_have_their_places() -> None:
    assert dict(leaves(LINES)) == {("tiers", "a", "code"): "a", ("tiers", "a", "line", "CNY"): 5,
                                   ("tiers", "b", "code"): "b"}  # fmt: skip
