"""The rulebook written as TOML reads back as what it was."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rulebook import Rulebook, parse_text, shipped_examples, shipped_rows
from lib.rulebook.written import as_toml, toml_value, value_lines

BOOK = Rulebook(shipped_rows())
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**62), 2**62) | st.text(max_size=20) | st.dates() | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def contents(rows: list[Any]) -> set[str]:
    return {row.digest for row in rows}


def test_the_shipped_book_reads_back_as_it_was() -> None:
    rows, examples = parse_text(as_toml(BOOK), "book.toml")
    assert contents(rows) == contents(shipped_rows())
    key = lambda one: (one.kind, one.key, one.on, repr(one.given))  # noqa: E731
    assert sorted(examples, key=key) == sorted(shipped_examples(), key=key)


def test_of_two_entries_of_one_day_the_standing_one_is_written() -> None:
    row = next(one for one in shipped_rows() if one.key == "complaint.repeat_days")
    changed = [replace(row, valid_from=date(2026, 12, 1), position=900 + n, value={"unit": "days", "value": n})
               for n in (60, 45)]  # fmt: skip
    rows, __ = parse_text(as_toml(Rulebook([*shipped_rows(), *changed])), "book.toml")
    said = [one.value["value"] for one in rows if one.key == row.key]
    assert said == [90, 60]  # the higher position stands


@given(VALUES)
def test_any_value_survives(value: Any) -> None:
    assert tomllib.loads(f"value = {toml_value(value)}") == {"value": value}


@pytest.mark.parametrize("key", BOOK.keys("rule"))
def test_a_rule_s_value_as_one_would_write_it(key: str) -> None:
    value = BOOK.history("rule", key)[-1].value
    read = tomllib.loads(value_lines(value, "entry").replace("[entry.", "["))
    assert read["value"] == value
    assert max(map(len, value_lines(value, "entry").splitlines())) < 320
