"""Every conversion as a table of cases: what it makes of a text, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.imports.conversions import CONVERSIONS
from lib.imports.values import OptionError, Unreadable

SIGNS = {"credit": ["C"], "debit": ["D"]}
GOOD: list[tuple[str, dict[str, Any], str, Any]] = [
    ("text", {}, "  a b ", "a b"),
    ("text", {"pattern": r"\d{3}"}, "123", "123"),
    ("integer", {}, "-12", -12),
    ("integer", {}, "12.0", 12),
    ("scaled", {"by": 10000}, "0.0215", 215),
    ("date", {"format": "YYYY-MM-DD"}, "2026-2-3", date(2026, 2, 3)),
    ("date", {"format": "YYYY/MM/DD"}, "2026/02/03", date(2026, 2, 3)),
    ("date", {"format": "YYYYMMDD"}, "20260203", date(2026, 2, 3)),
    ("date", {"format": "YYMMDD"}, "930101", date(1993, 1, 1)),
    ("date", {"format": "YYMMDD", "century": 2000}, "260203", date(2026, 2, 3)),
    ("date", {"format": "YYMMDD hh:mm:ss"}, "931107 00:00:00", date(1993, 11, 7)),
    ("date", {"format": "DD.MM.YYYY"}, "3.2.2026", date(2026, 2, 3)),
    ("date", {"format": "DD/MM/YYYY"}, "03/02/2026", date(2026, 2, 3)),
    ("date", {"format": "MM/DD/YYYY"}, "02/03/2026", date(2026, 2, 3)),
    ("date", {"format": "YYYY年M月D日"}, "2026年2月3日", date(2026, 2, 3)),
    ("moment", {"format": "YYYY-MM-DD"}, "2026-02-03", datetime(2026, 2, 2, 16, tzinfo=UTC)),
    ("moment", {"format": "YYYY-MM-DD hh:mm:ss"}, "2026-02-03T10:00:05", datetime(2026, 2, 3, 2, 0, 5, tzinfo=UTC)),
    ("moment", {"format": "YYYYMMDD hh:mm", "zone": "UTC"}, "20260203 10:00", datetime(2026, 2, 3, 10, tzinfo=UTC)),
    ("months_after", {"format": "YYMMDD"}, "930131|1", date(1993, 2, 28)),
    ("months_after", {"format": "YYMMDD"}, "930705|12", date(1994, 7, 5)),
    ("money", {}, "2452.00", 245200),
    ("money", {}, "-0.07", -7),
    ("money", {"negative": True}, "1", -100),
    ("money", {"thousands": ",", "decimal": "."}, "1,234.5", 123450),
    ("money", {"thousands": ".", "decimal": ","}, "1.234,50", 123450),
    ("money", {"currency": "JPY"}, "300", 300),
    ("signed_money", SIGNS, "18.90|C", 1890),
    ("signed_money", SIGNS, "18.90|D", -1890),
    ("codes", {"codes": {"VKLAD|": "cash_in"}}, "VKLAD|", "cash_in"),
    ("codes", {"codes": {}, "otherwise": "x"}, "anything", "x"),
    ("flag", {"yes": ["Y"]}, "Y", True),
    ("flag", {"yes": ["Y"]}, "whatever", False),
    ("birth_date", {}, "706213", date(1970, 12, 13)),
    ("birth_gender", {}, "706213", "F"),
    ("birth_date", {}, "450204", date(1945, 2, 4)),
    ("birth_gender", {}, "450204", "M"),
    ("masked", {}, "6222021234567890", "622202******7890"),
    ("masked", {"mask": "phone"}, "13812345678", "138****5678"),
    ("masked", {"mask": "identity"}, "11010519491231002X", "**************002X"),
    ("currency", {}, "czk", "CZK"),
    ("currency", {"codes": {"人民币": "CNY"}}, "人民币", "CNY"),
]
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("text", {"pattern": r"\d{3}"}, "1234"),
    ("integer", {}, "1.5"),
    ("integer", {}, "9" * 30),
    ("scaled", {"by": 100}, "0.0215"),
    ("date", {"format": "YYYY-MM-DD"}, "2026-02-30"),
    ("date", {"format": "YYMMDD"}, "9301"),
    ("date", {"format": "YYYYMMDD"}, "20260203x"),
    ("moment", {"format": "YYYY-MM-DD hh:mm"}, "2026-02-03 25:00"),
    ("months_after", {"format": "YYMMDD"}, "930131|x"),
    ("months_after", {"format": "YYMMDD"}, "930131|999999"),
    ("money", {}, "1.005"),
    ("money", {}, "1,234.00"),
    ("money", {"decimal": ","}, "1.234"),
    ("money", {}, "NaN"),
    ("money", {"currency": "JPY"}, "3.5"),
    ("signed_money", SIGNS, "1|X"),
    ("signed_money", SIGNS, "|C"),
    ("codes", {"codes": {"a": "b"}}, "c"),
    ("flag", {"yes": ["Y"], "no": ["N"]}, "?"),
    ("birth_date", {}, "705113x"),
    ("birth_date", {}, "703313"),
    ("currency", {}, "koruna"),
]


@pytest.mark.parametrize(("name", "options", "said", "expected"), GOOD)
def test_what_is_made(name: str, options: dict[str, Any], said: str, expected: Any) -> None:
    assert make(name, options)(said) == expected


@pytest.mark.parametrize(("name", "options", "said"), BAD)
def test_what_is_refused(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(Unreadable):
        make(name, options)(said)


def test_every_conversion_has_good_cases() -> None:
    assert {case[0] for case in GOOD} == set(CONVERSIONS)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("text", {"pattern": "("}),
        ("scaled", {"by": 0}),
        ("date", {"format": "YY"}),
        ("date", {"format": "YYMMDD", "century": 93}),
        ("moment", {"format": "YYYY-MM-DD", "zone": "Nowhere/None"}),
        ("signed_money", {"credit": ["A"], "debit": ["A"]}),
        ("codes", {"codes": {"a": 1}}),
        ("masked", {"mask": "nose"}),
    ],
)
def test_options_are_checked(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        make(name, options)


@given(st.integers(-(10**15), 10**15))
def test_money_keeps_every_minor_unit(fen: int) -> None:
    sign, whole, rest = "-" if fen < 0 else "", abs(fen) // 100, abs(fen) % 100
    assert make("money", {})(f"{sign}{whole}.{rest:02d}") == fen


def make(name: str, options: dict[str, Any]) -> Any:
    return CONVERSIONS[name].make({"currency": "CNY"} | options)
