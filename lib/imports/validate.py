"""Validates a chunk's typed values column by column: given where required, in length, range and code list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pandas as pd
import pandera.pandas as pa

from lib.imports.mapping import Table
from lib.words import _, current_locale

_LARGEST = 2**53  # fits every engine's integer column and a browser
_FIRST, _LAST = date(1800, 1, 1), date(2200, 1, 1)


def failures(table: Table, frame: pd.DataFrame) -> dict[int, tuple[str, str]]:
    """By row of the chunk: the first field that does not hold, and why."""
    try:
        _schema(table, current_locale()).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        found: dict[int, tuple[str, str]] = {}
        for case in errors.failure_cases.itertuples():
            reason = _("必填而没有值") if case.check == "not_nullable" else str(case.check)
            found.setdefault(int(case.index), (str(case.column), reason))
        return found
    return {}


@lru_cache(maxsize=64)
def _schema(table: Table, _locale: str) -> pa.DataFrameSchema:
    target = table.target
    columns = {
        one.name: pa.Column(object, _checks(table, one.name), nullable=one.name not in target.required)
        for one in table.fields
        if target.fields[one.name] != "reference"
    }
    return pa.DataFrameSchema(columns)


def _checks(table: Table, name: str) -> list[pa.Check]:
    target, kind = table.target, table.target.fields[name]
    checks = []
    if name in target.lengths:
        longest = target.lengths[name]
        checks.append(_check(lambda said: len(said) <= longest, _("超过 {n} 个字").format(n=longest)))
    if name in target.lists:
        known = frozenset(target.lists[name])
        reason = _("不是约定的代码：{known}").format(known=_("、").join(target.lists[name]))
        checks.append(_check(lambda said: said in known, reason))
    if kind == "int":
        low, high = target.ranges.get(name, (-_LARGEST, _LARGEST))
        reason = _("须在 {low} 与 {high} 之间").format(low=low, high=high)
        checks.append(_check(lambda said: low <= said <= high, reason))
    if kind in ("date", "moment"):
        reason = _("日期超出 {low} 至 {high}").format(low=_FIRST, high=_LAST)
        checks.append(_check(lambda said: _FIRST <= _day(said) < _LAST, reason))
    return checks


def _check(holds: Callable[[Any], bool], reason: str) -> pa.Check:
    """Judges each distinct value of a column once."""

    def column(values: pd.Series) -> pd.Series:
        known = {value: holds(value) for value in values.unique()}
        return values.map(known).astype(bool)

    return pa.Check(column, error=reason)


def _day(said: date) -> date:
    return said.date() if isinstance(said, datetime) else said
